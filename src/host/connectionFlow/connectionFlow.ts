import { addressOfDraft, type ConnectionDraft, nameOfDraft } from '../../core/connectionDraft';
import type { ConnectionProfile } from '../../core/connectionProfile';
import { readTls } from '../../core/profileTls';
import type { Connections } from '../connections';
import type { StepPlace } from '../stepWalk';

/** A connection being added or edited by hand. */
export interface ConnectionFlow {
  readonly title: string;
  readonly connections: Connections;
  /** The saved connection that is edited. */
  readonly edited: ConnectionProfile | undefined;
}

/** A step that stands alone, with a way back. */
export function singleStep(flow: ConnectionFlow, complaint?: string): StepPlace {
  return { title: flow.title, canGoBack: true, ...(complaint === undefined ? {} : { complaint }) };
}

/** The password to use where none was typed: the saved one, if the draft still leads to its server. */
export async function savedPassword(
  { connections, edited }: ConnectionFlow,
  draft: ConnectionDraft,
): Promise<string | undefined> {
  return edited === undefined ? undefined : connections.passwordFor(edited.id, addressOfDraft(draft).url);
}

/** Saves the draft; returns the connection's id. */
export function saveDraft({ connections, edited }: ConnectionFlow, draft: ConnectionDraft): Promise<string> {
  const { readOnly, production } = draft;
  const tls = readTls(draft.tls);
  const complete = {
    parsed: addressOfDraft(draft),
    name: nameOfDraft(draft),
    readOnly,
    production,
    ...(tls === undefined ? {} : { tls }),
  };
  return connections.save(complete, edited?.id);
}
