// Commands of every page.

import { commands } from "./commands.js";

commands.on("keys", () => document.getElementById("keys").togglePopover());
commands.on("theme", () => document.dispatchEvent(new Event("lineo:theme")));
commands.on("print", () => window.print());
