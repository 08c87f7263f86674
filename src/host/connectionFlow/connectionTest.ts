import * as vscode from 'vscode';
import { addressOfDraft, type ConnectionDraft, withEncryption } from '../../core/connectionDraft';
import { displayText } from '../../core/displayText';
import { type Failure, isFailure } from '../../core/failure';
import { lacksLocalServer, localServerPort } from '../../core/localServerPort';
import { readTls } from '../../core/profileTls';
import { type ServerInfo, serverInfo } from '../../core/serverInfo';
import type { Endpoint } from '../../protocol/endpoint';
import { endpointOf } from '../connections';
import { plainLabel } from '../plainText';
import { busyStep, type Choice, pickStep } from '../steps';
import { type Back, back, StepWalk } from '../stepWalk';
import { type ConnectionFlow, savedPassword, singleStep } from './connectionFlow';
import type { ConnectionSteps } from './connectionSteps';

/** A draft that is to be saved, and what its server said; absent where it is saved without an answer. */
export interface TestedDraft {
  readonly draft: ConnectionDraft;
  readonly info?: ServerInfo;
  /** A local Redis is to be started for it. */
  readonly startsServer?: boolean;
}

type Outcome =
  | { readonly kind: 'answered'; readonly info: ServerInfo }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly speaksTls: boolean };

type NextStep = 'startServer' | 'address' | 'user' | 'password' | 'encryption' | 'useTls' | 'again' | 'save';

/** Tests a draft, and lets it be mended, until the server answers or the user saves it all the same. */
export async function testUntilSaved(
  flow: ConnectionFlow,
  steps: ConnectionSteps,
  begin: ConnectionDraft,
): Promise<TestedDraft | Back> {
  let draft = begin;
  for (;;) {
    const outcome = await testDraft(flow, draft);
    if (outcome === back) return back;
    if (outcome.kind === 'answered') return { draft, info: outcome.info };
    const mended = await askMending(flow, steps, draft, outcome);
    if (mended === back) return back;
    if (mended === 'save') return { draft };
    if (mended === 'startServer') return { draft, startsServer: true };
    draft = mended;
  }
}

async function testDraft(flow: ConnectionFlow, draft: ConnectionDraft): Promise<Outcome | Back> {
  const parsed = addressOfDraft(draft);
  const text = vscode.l10n.t('Testing {0}…', plainLabel(displayText(parsed.name, 80)));
  const password = draft.password ?? (await savedPassword(flow, draft));
  return busyStep(singleStep(flow), text, async (signal): Promise<Outcome> => {
    const ask = (endpoint: Endpoint): Promise<ServerInfo> =>
      flow.connections.probe(endpoint, (port) => serverInfo(port, () => performance.now()), signal);
    try {
      const info = await ask(await endpointOf(parsed, readTls(draft.tls), password));
      return { kind: 'answered', info };
    } catch (error) {
      if (!isFailure(error) || error.code === 'cancelled') throw error;
      const mayBeTls = error.about === 'encryption' && draft.endpoint.tls === undefined;
      return { kind: 'failed', failure: error, speaksTls: mayBeTls && (await answersTls(draft, ask)) };
    }
  });
}

/** Whether TLS is spoken there. Neither user nor password is sent to find out. */
async function answersTls(
  { endpoint }: ConnectionDraft,
  ask: (endpoint: Endpoint) => Promise<unknown>,
): Promise<boolean> {
  const { host, port, path } = endpoint;
  if (path !== undefined) return false;
  try {
    await ask({ host, port, db: 0, tls: {} });
    return true;
  } catch (error) {
    if (!isFailure(error) || error.code === 'cancelled') throw error;
    return error.code === 'authentication' || error.code === 'permission' || error.about === 'certificate';
  }
}

/** Asks what to do about a failed test: the draft to test next, or `save` as it is, or that and start a server for it. */
async function askMending(
  flow: ConnectionFlow,
  steps: ConnectionSteps,
  draft: ConnectionDraft,
  outcome: Extract<Outcome, { kind: 'failed' }>,
): Promise<ConnectionDraft | 'save' | 'startServer' | Back> {
  const { failure } = outcome;
  const items = nextSteps(flow, draft, outcome);
  for (;;) {
    const next = await pickStep<NextStep>(singleStep(flow), {
      placeholder: vscode.l10n.t('The test failed. What now?'),
      items,
      active: (value) => value === items.find((item) => item.value !== undefined)?.value,
    });
    if (next === back || next === 'save' || next === 'startServer') return next;
    const mended = await mend(flow, steps, draft, next, failure);
    if (mended !== back) return mended;
  }
}

async function mend(
  flow: ConnectionFlow,
  steps: ConnectionSteps,
  draft: ConnectionDraft,
  next: Exclude<NextStep, 'save' | 'startServer'>,
  { message }: Failure,
): Promise<ConnectionDraft | Back> {
  switch (next) {
    case 'again':
      return draft;
    case 'useTls':
      return withEncryption(draft, true);
    case 'address':
      return steps.address(draft, singleStep(flow, message));
    case 'password':
      return steps.password(draft, singleStep(flow, message));
    case 'user': {
      const named = await steps.user(draft, singleStep(flow, message));
      return named === back ? back : steps.password(named, singleStep(flow));
    }
    case 'encryption': {
      const changed = await new StepWalk(flow.title, draft, steps.encryption).run('first');
      if (changed === back || draft.password === undefined || changed.password !== undefined) return changed;
      const exposed = vscode.l10n.t('TLS is off now: type the password again if it may travel as it is.');
      return steps.password(changed, singleStep(flow, exposed));
    }
  }
}

/** What can be done, the likeliest first. */
function nextSteps(
  flow: ConnectionFlow,
  draft: ConnectionDraft,
  { failure, speaksTls }: Extract<Outcome, { kind: 'failed' }>,
): readonly Choice<NextStep>[] {
  const isSocket = draft.endpoint.path !== undefined;
  const starting: NextStep[] = canBeStarted(flow, draft, failure) ? ['startServer'] : [];
  const likely: NextStep[] =
    failure.code === 'authentication' || failure.code === 'permission'
      ? ['password', 'user', 'address']
      : failure.about === undefined || failure.about === 'server' || isSocket
        ? ['address', ...(isSocket ? [] : (['encryption'] as const))]
        : [...(speaksTls ? (['useTls'] as const) : []), 'encryption', 'address'];
  const labels = nextStepLabels();
  const choices = [...starting, ...likely, 'again' as const, 'save' as const].map((value) => ({
    ...labels[value],
    value,
  }));
  // What the hint says is in the entries already where a password was refused.
  const hint = failure.code === 'authentication' ? '' : failure.hint;
  return [...explanation(failure.message, hint), ...choices];
}

/** Whether a local Redis can be what a new connection is to lead to. */
function canBeStarted({ edited }: ConnectionFlow, draft: ConnectionDraft, failure: Failure): boolean {
  if (edited !== undefined || draft.password !== undefined) return false;
  const address = addressOfDraft(draft);
  return lacksLocalServer(address, failure) && localServerPort(address) !== undefined;
}

/** The sentence and its hint as entries to read: an entry has one line, and none of it may be cut off. */
function explanation(message: string, hint: string): readonly Choice<NextStep>[] {
  const said = lines(message, 80).map((line, index) => ({
    label: `$(${index === 0 ? 'error' : 'blank'}) ${plainLabel(line)}`,
  }));
  return [...said, ...lines(hint, 86).map((line) => ({ label: '$(blank)', description: plainLabel(line) }))];
}

/** A text in lines of at most so many characters, broken at spaces. */
function lines(text: string, width: number): string[] {
  return text.match(new RegExp(`\\S.{0,${width - 1}}(?=\\s|$)|\\S+`, 'g')) ?? [];
}

function nextStepLabels(): Readonly<Record<NextStep, vscode.QuickPickItem>> {
  return {
    startServer: {
      label: `$(play) ${vscode.l10n.t('Start a Local Redis There')}`,
      description: vscode.l10n.t('it ends with this window'),
    },
    password: { label: `$(key) ${vscode.l10n.t('Enter Password…')}` },
    user: { label: `$(account) ${vscode.l10n.t('Enter User and Password…')}` },
    address: { label: `$(edit) ${vscode.l10n.t('Edit Address…')}` },
    encryption: { label: `$(lock) ${vscode.l10n.t('Change TLS…')}` },
    useTls: {
      label: `$(lock) ${vscode.l10n.t('Use TLS (rediss://)')}`,
      description: vscode.l10n.t('the server speaks it on this port'),
    },
    again: { label: `$(refresh) ${vscode.l10n.t('Try Again')}` },
    save: {
      label: `$(save) ${vscode.l10n.t('Save Anyway')}`,
      description: vscode.l10n.t('the sidebar shows it as not connected'),
    },
  };
}
