import * as vscode from 'vscode';
import { displayText } from '../../core/displayText';
import type { SavedWorker } from '../../core/savedWorker';
import { failed, isAlive, isHeld, type Worker, type WorkerGroup } from '../../core/workerGroups';
import { programIcon } from '../../core/workerProgram';
import {
  groupDescription,
  groupLabel,
  lastLines,
  workerDescription,
  workerRow,
  workerTooltip,
} from '../../core/workerWords';
import { contextValues, fullCommandId } from '../contributed';
import { plainLabel } from '../plainText';
import { savedDescription, savedIcon } from './savedItem';

const shownLines = 6;

/** The last that a crashed worker said: the lines below its own. */
export function linesOf(worker: Worker | undefined): string[] {
  if (worker === undefined || !failed(worker.state) || !('end' in worker.state)) return [];
  return lastLines(worker.state.end.stderrTail, shownLines);
}

/** A line that is about to be removed. */
export function goneItem(id: string): vscode.TreeItem {
  const item = new vscode.TreeItem('', vscode.TreeItemCollapsibleState.None);
  item.id = id;
  return item;
}

/** A group, open. */
export function groupItem(group: WorkerGroup): vscode.TreeItem {
  const alive = group.workers.some(isAlive);
  const item = new vscode.TreeItem(groupLabel(group), vscode.TreeItemCollapsibleState.Expanded);
  item.id = group.id;
  item.description = groupDescription(group);
  const lines = [groupLabel(group), groupDescription(group), group.connection.name];
  if (group.program.kind === 'script') lines.push(displayText(group.program.file, 300));
  if (group.restarts > 0)
    lines.push(vscode.l10n.t('restarted after up to {0} crashes in a row', group.restarts));
  item.tooltip = lines.join('\n');
  item.iconPath = new vscode.ThemeIcon(programIcon(group.program));
  item.accessibilityInformation = { label: `${groupLabel(group)}, ${groupDescription(group)}` };
  item.contextValue = alive ? contextValues.workerGroupRunning : contextValues.workerGroupEnded;
  return item;
}

/** A worker, with its lines below it where it crashed; a click shows its terminal. */
export function workerItem(group: WorkerGroup, worker: Worker): vscode.TreeItem {
  const now = Date.now();
  const said = linesOf(worker).length > 0;
  const item = new vscode.TreeItem(
    `#${worker.number}`,
    said ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.None,
  );
  // Of its own while it has lines: VS Code keeps a row closed that had none when it first saw it.
  item.id = said ? `${worker.id}:ended` : worker.id;
  item.description = workerRow(group, worker, now);
  item.tooltip = workerTooltip(group, worker, now);
  item.iconPath = stateIcon(worker);
  item.contextValue = workerContext(worker);
  item.accessibilityInformation = {
    label: `${groupLabel(group)} ${item.label} ${workerDescription(group, worker, now)}`,
  };
  item.command = {
    command: fullCommandId('worker.showTerminal'),
    title: vscode.l10n.t('Show Terminal'),
    arguments: [{ kind: 'worker', id: worker.id }],
  };
  return item;
}

/** One of the last lines that a crashed worker said. */
export function lineItem(id: string, text: string): vscode.TreeItem {
  const item = new vscode.TreeItem('', vscode.TreeItemCollapsibleState.None);
  item.id = id;
  item.description = text;
  item.tooltip = text;
  item.accessibilityInformation = { label: text };
  return item;
}

/** What the saved workers are below. */
export function savedRootItem(id: string): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.l10n.t('Saved'), vscode.TreeItemCollapsibleState.Expanded);
  item.id = id;
  item.iconPath = new vscode.ThemeIcon('save');
  return item;
}

/** A saved worker or compound, or why it cannot be used. */
export function savedItem(id: string, entry: SavedWorker): vscode.TreeItem {
  const item = new vscode.TreeItem(displayText(entry.name, 80), vscode.TreeItemCollapsibleState.None);
  item.id = id;
  item.description = savedDescription(entry);
  item.tooltip = `${displayText(entry.name)}\n${savedDescription(entry)}`;
  item.iconPath = new vscode.ThemeIcon(savedIcon(entry));
  item.contextValue = contextValues.savedWorker;
  item.accessibilityInformation = { label: `${plainLabel(displayText(entry.name))}, ${item.description}` };
  return item;
}

function workerContext(worker: Worker): string {
  const { state } = worker;
  if (isHeld(worker)) return contextValues.workerHeld;
  if (state.kind === 'waiting') return contextValues.workerWaiting;
  return state.kind === 'ended' ? contextValues.workerEnded : contextValues.workerRunning;
}

function stateIcon(worker: Worker): vscode.ThemeIcon {
  switch (worker.state.kind) {
    case 'starting':
    case 'resuming':
      return new vscode.ThemeIcon('loading~spin');
    case 'running':
      if (isHeld(worker))
        return new vscode.ThemeIcon('debug-pause', new vscode.ThemeColor('testing.iconQueued'));
      return new vscode.ThemeIcon('play', new vscode.ThemeColor('testing.iconPassed'));
    case 'waiting':
      return new vscode.ThemeIcon('history', new vscode.ThemeColor('testing.iconFailed'));
    case 'ended':
      return failed(worker.state)
        ? new vscode.ThemeIcon('error', new vscode.ThemeColor('testing.iconFailed'))
        : new vscode.ThemeIcon('circle-outline');
  }
}
