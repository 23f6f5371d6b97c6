"""Texts that would be code where a page believed them.

Each marks what it makes: an element with ``data-hostile``, or ``window.hostile``.
"""

_RUN = "window.hostile=1"
_TAGS = [
    f"<script data-hostile>{_RUN}</script>",
    f"<img data-hostile src=x onerror={_RUN}>",
    f"<svg data-hostile onload={_RUN}>",
    f"<svg data-hostile><script>{_RUN}</script></svg>",
    "<iframe data-hostile srcdoc='<script>parent.hostile=1</script>'></iframe>",
    "<iframe data-hostile src='javascript:parent.hostile=1'></iframe>",
    f"<a data-hostile href='javascript:{_RUN}'>x</a>",
    f"<a data-hostile href='&#106;avascript:{_RUN}'>x</a>",
    f"<a data-hostile href='java\tscript:{_RUN}'>x</a>",
    f"<body data-hostile onload={_RUN}>",
    f"<details data-hostile open ontoggle={_RUN}>",
    f"<input data-hostile autofocus onfocus={_RUN}>",
    f"<select data-hostile autofocus onfocus={_RUN}>",
    f"<textarea data-hostile autofocus onfocus={_RUN}>",
    f"<video data-hostile><source onerror={_RUN}></video>",
    f"<audio data-hostile src=x onerror={_RUN}>",
    f"<object data-hostile data='javascript:{_RUN}'></object>",
    f"<embed data-hostile src='javascript:{_RUN}'>",
    f"<math data-hostile><a xlink:href='javascript:{_RUN}'>x</a></math>",
    f"<form data-hostile action='javascript:{_RUN}'><button>x</button></form>",
    f"<button data-hostile formaction='javascript:{_RUN}'>x</button>",
    f"<marquee data-hostile onstart={_RUN}>x</marquee>",
    f"<div data-hostile onmouseover={_RUN}>x</div>",
    f"<div data-hostile style='animation-name:x' onanimationstart={_RUN}>",
    "<link data-hostile rel=stylesheet href='//example.org/x.css'>",
    "<style data-hostile>body{display:none}</style>",
    "<base data-hostile href='//example.org/'>",
    "<meta data-hostile http-equiv=refresh content='0;url=//example.org'>",
    "<template data-hostile><img src=x></template>",
    "<noscript data-hostile><img src=x></noscript>",
    f"<svg data-hostile><animate onbegin={_RUN} attributeName=x dur=1s>",
    f"<svg data-hostile><a xlink:href='javascript:{_RUN}'><text>x</text></a></svg>",
    f"<svg data-hostile><foreignObject><img src=x onerror={_RUN}></foreignObject></svg>",
    f"<img data-hostile src='x' onerror='{_RUN}//",
    f"<img data-hostile src=x:alert onerror={_RUN}>",
    f"<<script data-hostile>{_RUN}//<</script>",
    f"<scr<script data-hostile>ipt>{_RUN}</scr</script>ipt>",
    f"<IMG data-hostile SRC=x OnErRoR={_RUN}>",
    f"<img/data-hostile/src=x/onerror={_RUN}>",
]
_HTMX = [
    "<div data-hostile hx-get='/sign-out/' hx-trigger='load'></div>",
    "<div data-hostile data-hx-get='/sign-out/' data-hx-trigger='load'></div>",
    f"<div data-hostile hx-on:load='{_RUN}'></div>",
    f"<div data-hostile hx-on='htmx:load: {_RUN}'></div>",
    "<div data-hostile hx-vals='js:{x: window.hostile=1}' hx-post='/' hx-trigger='load'></div>",
    "<div data-hostile hx-swap-oob='true' id='main'>x</div>",
    "<div data-hostile sse-connect='/events/'></div>",
    "<div data-hostile hx-delete='/' hx-trigger='revealed'></div>",
]
_WAYS_OUT = [
    f'"><script data-hostile>{_RUN}</script>',
    f"'><img data-hostile src=x onerror={_RUN}>",
    f'" data-hostile onfocus={_RUN} autofocus x="',
    f"' data-hostile onfocus={_RUN} autofocus x='",
    f"</title><script data-hostile>{_RUN}</script>",
    f"</textarea><img data-hostile src=x onerror={_RUN}>",
    f"</script><script data-hostile>{_RUN}</script>",
    f"</style><img data-hostile src=x onerror={_RUN}>",
    f"--><img data-hostile src=x onerror={_RUN}>",
    f"]]><img data-hostile src=x onerror={_RUN}>",
    "{{ 7|add:7 }}<b data-hostile>{% csrf_token %}</b>",
    f"${{{_RUN}}}<b data-hostile>`</b>",
    f"&lt;img data-hostile src=x onerror={_RUN}&gt;<b data-hostile>",
    f"\\u003cimg data-hostile src=x onerror={_RUN}\\u003e<i data-hostile>",
    f"javascript:{_RUN}//<u data-hostile>",
    f"[x](javascript:{_RUN})<s data-hostile>",
    f'![x](x" data-hostile onerror="{_RUN})',
    "<!--<img data-hostile--><b data-hostile>",
]
FORMULAS = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "=cmd|' /C calc'!A0"]
"""Cells that a spreadsheet would compute."""

CORPUS = [*_TAGS, *_HTMX, *_WAYS_OUT]
