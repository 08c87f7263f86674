import * as vscode from 'vscode';
import { displayText } from '../../core/displayText';
import type { SavedWorker } from '../../core/savedWorker';
import { templateDescriptions } from '../../core/workerTemplates';
import { groupLabel } from '../../core/workerWords';

/** The codicon of a saved worker. */
export function savedIcon(saved: SavedWorker): string {
  switch (saved.kind) {
    case 'worker': {
      const { what } = saved.definition;
      return what.kind === 'script' ? 'file-code' : templateDescriptions[what.template].icon;
    }
    case 'compound':
      return 'layers';
    case 'broken':
      return 'warning';
  }
}

/** "3 × mail.py on email_queue", the members of a compound, or what is wrong. */
export function savedDescription(saved: SavedWorker): string {
  switch (saved.kind) {
    case 'worker': {
      const { what, targets, count } = saved.definition;
      const program =
        what.kind === 'script'
          ? ({ kind: 'script', file: what.script, args: [], cwd: '' } as const)
          : ({ kind: 'builtIn', template: what.template, options: {} } as const);
      const label = groupLabel({ program, targets });
      return count === 1 ? label : vscode.l10n.t('{0} × {1}', count, label);
    }
    case 'compound':
      return displayText(saved.members.join(', '), 120);
    case 'broken':
      return saved.cause.message;
  }
}
