// Where a screen has no room for all tabs they scroll, and the open one is brought into sight.

const open = document.querySelector(".tabs [aria-current]");
const strip = open?.closest(".actions") ?? open?.closest(".tabs");

if (strip && strip.scrollWidth > strip.clientWidth) {
  const { left, width } = open.getBoundingClientRect();
  const middle = strip.getBoundingClientRect().left + strip.clientWidth / 2;
  strip.scrollBy({ left: left + width / 2 - middle, behavior: "instant" });
}
