// ReDoc on the description of this site.

const place = document.getElementById("redoc");

window.Redoc.init(
  place.dataset.schema,
  { nonce: place.dataset.nonce, nativeScrollbars: true, disableSearch: false },
  place,
);
