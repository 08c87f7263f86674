import * as vscode from 'vscode';
import { addressOfDraft, type ConnectionDraft, newDraft, withAddress } from '../../core/connectionDraft';
import type { ParsedConnectionUrl } from '../../core/connectionUrl';
import { displayText } from '../../core/displayText';
import type { CommandHandler } from '../commandRunner';
import { type ConnectionFlow, saveDraft } from '../connectionFlow/connectionFlow';
import { askStart } from '../connectionFlow/connectionStart';
import { ConnectionSteps } from '../connectionFlow/connectionSteps';
import { type TestedDraft, testUntilSaved } from '../connectionFlow/connectionTest';
import { givenConnection } from '../connectionFlow/givenConnection';
import { serverWords } from '../connectionLook';
import { sameServer } from '../connectionSecrets';
import { fullCommandId } from '../contributed';
import { plainLabel } from '../plainText';
import type { Services } from '../services';
import { showExplorer } from '../showExplorer';
import { type Back, back, type StepPlace, StepWalk } from '../stepWalk';

/** How long the status bar says that a connection was added, in ms. */
const saidMs = 6_000;

/**
 * `{url, name?, readOnly?, production?, tls?}` → `{id}`, without a test. Interactively, one pasted address is tested and
 * saved; otherwise a few steps ask for what is needed.
 */
export function connectionAdd(services: Services): CommandHandler {
  return async (invocation) => {
    if (invocation.interactive) return addByHand(services);
    return { id: await services.connections.save(givenConnection(invocation, undefined)) };
  };
}

/**
 * *Add Connection* with an address that was found, to be confirmed. Its password goes along unseen, as long as the address
 * stays that of the same server.
 * @throws {Failure} `cancelled`.
 */
export function addFoundConnection(services: Services, found: ParsedConnectionUrl): Promise<unknown> {
  return addByHand(services, found);
}

function newFlow({ connections }: Services): ConnectionFlow {
  return { title: vscode.l10n.t('Add Connection'), connections, edited: undefined };
}

async function addByHand(
  services: Services,
  found?: ParsedConnectionUrl,
): Promise<{ id: string } | undefined> {
  const flow = newFlow(services);
  const steps = new ConnectionSteps(flow);
  const first: StepPlace = { title: flow.title, canGoBack: false, typed: found?.url };
  let walk: StepWalk<ConnectionDraft> | undefined;
  for (;;) {
    const start = await askStart(first);
    if (start === back) continue;
    if (start.kind === 'command') {
      await vscode.commands.executeCommand(fullCommandId(start.command));
      return undefined;
    }
    if (start.kind === 'connect') {
      const tested = await testUntilSaved(flow, steps, withFound(start.draft, found));
      if (tested !== back) return saveAndShow(services, flow, tested);
      continue;
    }
    // Going back and on again keeps what was entered, unless another kind of address is meant now.
    const isOfKind = (walk?.state.endpoint.path !== undefined) === start.socket;
    if (walk === undefined || start.draft !== undefined || !isOfKind) {
      const begin = start.draft === undefined ? emptyDraft(start.socket) : withFound(start.draft, found);
      walk = new StepWalk(flow.title, begin, steps.all);
    }
    const tested = await walkAndTest(flow, steps, walk);
    if (tested !== back) return saveAndShow(services, flow, tested);
  }
}

function withFound(draft: ConnectionDraft, found: ParsedConnectionUrl | undefined): ConnectionDraft {
  if (draft.password !== undefined || found?.password === undefined) return draft;
  return sameServer(found.url, addressOfDraft(draft).url) ? { ...draft, password: found.password } : draft;
}

function emptyDraft(socket: boolean): ConnectionDraft {
  return socket ? withAddress(newDraft, '/run/redis/redis.sock') : newDraft;
}

async function walkAndTest(
  flow: ConnectionFlow,
  steps: ConnectionSteps,
  walk: StepWalk<ConnectionDraft>,
): Promise<TestedDraft | Back> {
  let from: 'first' | 'last' = 'first';
  for (;;) {
    const draft = await walk.run(from);
    if (draft === back) return back;
    const tested = await testUntilSaved(flow, steps, draft);
    if (tested !== back) return tested;
    from = 'last';
  }
}

/** Success is where the user looks next: in the sidebar, and in a word in the status bar. */
async function saveAndShow(
  { explorer }: Services,
  flow: ConnectionFlow,
  { draft, info, startsServer }: TestedDraft,
): Promise<{ id: string }> {
  const id = await saveDraft(flow, draft);
  if (info !== undefined) {
    // Should it fail after all, the sidebar says so.
    void flow.connections.open(id).catch(() => undefined);
    const name = displayText(flow.connections.resolve(id).name, 60);
    const latency = vscode.l10n.t('{0} ms', info.latencyMs.toFixed(1));
    const said = [serverWords(info), latency].filter((part) => part !== '').join(', ');
    vscode.window.setStatusBarMessage(`$(check) ${plainLabel(`${name}: ${said}`)}`, saidMs);
  }
  await showExplorer();
  await explorer.reveal(id);
  // As from the notice of that connection: it tells of its own failure, and shows the server.
  if (startsServer) {
    const notice = { kind: 'notice', id: `${id}/startServer`, connection: id };
    await vscode.commands.executeCommand(fullCommandId('server.start'), notice);
  }
  return { id };
}
