// ReDoc on the description of this site.

const place = document.getElementById("redoc");

window.Redoc.init(place.dataset.schema, { nativeScrollbars: true }, place);
