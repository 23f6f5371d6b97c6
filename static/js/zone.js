// A time zone to choose: the browser's own, where a person has never said theirs.

for (const select of document.querySelectorAll("select[data-zone]")) {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const isKnown = [...select.options].some((option) => option.value === own);
  if (select.value === "UTC" && isKnown) select.value = own;
}
