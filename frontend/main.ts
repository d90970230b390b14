import "htmx.org";
import { keepDrafts, tellKept } from "./shell/drafts.ts";
import { tellFailures } from "./shell/failures.ts";
import { followFilters } from "./shell/filters.ts";
import { keepPlace } from "./shell/lists.ts";
import { closeMenus } from "./shell/menus.ts";
import { preparePhotos } from "./shell/photos.ts";
import { readLabels } from "./shell/scans.ts";
import { drawSignatures } from "./shell/signatures.ts";

closeMenus();
followFilters();
keepDrafts();
tellKept();
keepPlace();
preparePhotos();
drawSignatures();
readLabels();
tellFailures();
