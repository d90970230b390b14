import "htmx.org";
import { closeMenus } from "./shell/menus.ts";

closeMenus();
