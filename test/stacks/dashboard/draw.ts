import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PROJECT_ROOT } from '../synthesis.ts';
import { deployedDashboard } from './dashboard-body.ts';
import { dashboardPicture } from './dashboard-picture.ts';

// node test/stacks/dashboard/draw.ts: draws the picture of the dashboard in the documentation anew.
const path = join(PROJECT_ROOT, 'docs/images/dashboard.svg');
mkdirSync(dirname(path), { recursive: true });
writeFileSync(path, dashboardPicture(deployedDashboard()));
