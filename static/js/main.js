// What every page needs; a page with more behaviour loads its own module.
import "./theme-switch.js";
import "./closing-menu.js";
import "./local-time.js";
