import type { VscodeRelease } from './vscodeInstall';
import type { Settings } from './vscodeServer';
import { quietSettings } from './vscodeServer';

/** The version to ask @vscode/test-electron for: the newest stable one, or exactly the engine floor. */
export function desktopVersion(release: VscodeRelease): string {
  return release.name === 'floor' ? release.version : 'stable';
}

/** On a desktop, settings of every scope stand in the one user file. */
export const desktopSettings: Settings = quietSettings;
