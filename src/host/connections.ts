import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { CommandPort } from '../core/commandPort';
import type { OpenConnection } from '../core/connection';
import { type ConnectionProfile, readProfiles } from '../core/connectionProfile';
import type { ConnectionState } from '../core/connectionState';
import { type ParsedConnectionUrl, parseConnectionUrl } from '../core/connectionUrl';
import { Failure } from '../core/failure';
import { type ProfileTls, tlsWithoutTls } from '../core/profileTls';
import { ReadOnlyPort, readOnlyFailure } from '../core/readOnlyPort';
import type { Endpoint } from '../protocol/endpoint';
import { ConnectionClients } from './connectionClients';
import { type ConnectionSecrets, sameServer } from './connectionSecrets';
import type { Log } from './log';
import { freeName, removeProfile, writeProfile, writtenPassword } from './profileEntries';
import { onSettingChanged, setting } from './settings';
import { readTlsFiles } from './tlsFiles';

/** What is to be saved as a profile. */
export interface ProfileDraft extends Pick<ConnectionProfile, 'name' | 'readOnly' | 'production' | 'tls'> {
  readonly parsed: ParsedConnectionUrl;
}

/** How to reach what an address, TLS settings and a password stand for. @throws {Failure} when a TLS file is unusable. */
export async function endpointOf(
  { endpoint }: Pick<ParsedConnectionUrl, 'endpoint'>,
  tls: ProfileTls | undefined,
  password: string | undefined,
): Promise<Endpoint> {
  return {
    ...endpoint,
    ...(tls === undefined ? {} : { tls: await readTlsFiles(tls) }),
    ...(password === undefined ? {} : { password }),
  };
}

/** The saved profiles with their secrets and their clients. */
export class Connections implements vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<ConnectionProfile | undefined>();
  private readonly clients: ConnectionClients;
  private readonly subscriptions: vscode.Disposable[];
  /** Profiles that the user disconnected: nothing connects them by itself. */
  private readonly parted = new Set<string>();
  private current: readonly ConnectionProfile[] = [];
  private activeId: string | undefined;

  /** Fires with the profile whose state changed, or undefined when the set of profiles did. */
  readonly onDidChange = this.changes.event;

  constructor(
    private readonly loadRedis: () => Promise<OpenConnection>,
    private readonly secrets: ConnectionSecrets,
    private readonly log: Log,
  ) {
    this.readSetting();
    this.clients = new ConnectionClients(
      loadRedis,
      (id) => this.endpoint(id),
      (id) => this.changes.fire(this.find(id)),
    );
    this.subscriptions = [
      this.clients,
      this.changes,
      onSettingChanged(['connections'], () => this.settingChanged()),
    ];
  }

  get profiles(): readonly ConnectionProfile[] {
    return this.current;
  }

  state(id: string): ConnectionState {
    return this.clients.state(id);
  }

  /** Commands, in upper case, that the profile's user was refused since its client connected. */
  denied(id: string): readonly string[] {
    return this.clients.denied(id);
  }

  /** Makes a profile the one that is meant when none is named, since the user chose it. */
  choose(id: string): void {
    if (this.activeId === id) return;
    this.activeId = id;
    this.changes.fire(this.find(id));
  }

  /** The profile that is meant when none is named: the only, else the one chosen last. */
  get active(): ConnectionProfile | undefined {
    return this.find(undefined);
  }

  /** Whether a view that became visible may connect this profile without being asked. */
  mayConnect(id: string): boolean {
    return this.state(id).kind === 'idle' && !this.parted.has(id);
  }

  /**
   * The profile with this id or name; without one the only, else the active.
   * @throws {Failure} `noConnection`.
   */
  resolve(idOrName?: string): ConnectionProfile {
    const found = this.find(idOrName);
    if (found !== undefined) return found;
    if (idOrName !== undefined) {
      throw new Failure('noConnection', vscode.l10n.t('There is no connection named "{0}".', idOrName), {
        hint: vscode.l10n.t(
          'Known connections: {0}.',
          this.current.map(({ name }) => name).join(', ') || '–',
        ),
      });
    }
    throw new Failure(
      'noConnection',
      this.current.length === 0
        ? vscode.l10n.t('No connection is set up yet.')
        : vscode.l10n.t('Several connections are set up and none was named.'),
      { hint: vscode.l10n.t('Run "Add Connection…", or pass the argument "connection".') },
    );
  }

  /** How to reach a profile's Redis, with its secret. @throws {Failure} when the profile is invalid. */
  async endpoint(id: string): Promise<Endpoint> {
    const profile = this.resolve(id);
    if (profile.invalid !== undefined) throw profile.invalid;
    return endpointOf(parseConnectionUrl(profile.url), profile.tls, await this.secrets.get(profile));
  }

  /** The password to test an address with when none was typed: that of the profile, if it is for the same server. */
  async passwordFor(id: string, url: string): Promise<string | undefined> {
    const profile = this.resolve(id);
    return sameServer(profile.url, url) ? (writtenPassword(id) ?? this.secrets.get(profile)) : undefined;
  }

  /**
   * The way to a profile's Redis, connected; where the profile is read-only it refuses all but reads.
   * @throws {Failure} with the cause when it cannot be reached.
   */
  async open(id: string, signal?: AbortSignal): Promise<CommandPort> {
    this.parted.delete(id);
    const connection = await this.clients.get(id);
    await connection.connect(signal);
    return this.find(id)?.readOnly ? new ReadOnlyPort(connection) : connection;
  }

  /** As {@link open}, for an operation that writes. @throws {Failure} `readOnly` before anything leaves. */
  async openForWriting(id: string, signal?: AbortSignal): Promise<CommandPort> {
    if (this.resolve(id).readOnly) throw readOnlyFailure();
    return this.open(id, signal);
  }

  /** Tries an address on a client of its own, which is closed again. */
  async probe<Result>(
    endpoint: Endpoint,
    use: (port: CommandPort) => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<Result> {
    const openConnection = await this.loadRedis();
    const connection = openConnection(endpoint, 'redis-messaging:test');
    try {
      await connection.connect(signal);
      return await use(connection);
    } finally {
      connection.dispose();
    }
  }

  /** Closes a profile's client; the tree shows it as not connected. */
  disconnect(id: string): void {
    this.parted.add(id);
    this.clients.close(id);
  }

  /**
   * Saves a profile; the password goes to the secret storage only. An environment variable for the password stays while
   * the profile points to the same server. Returns the profile's id.
   * @param replacing id of the profile that it takes the place of.
   */
  async save(draft: ProfileDraft, replacing?: string): Promise<string> {
    const { parsed, name, readOnly, production, tls } = draft;
    if (tls !== undefined && parsed.endpoint.tls === undefined) throw tlsWithoutTls();
    const id = replacing ?? randomUUID().slice(0, 8);
    const old = this.current.find((profile) => profile.id === replacing);
    const others = this.current.filter((profile) => profile.id !== id);
    const stays = old !== undefined && sameServer(old.url, parsed.url);
    const profile: ConnectionProfile = {
      id,
      name: freeName(name, others),
      url: parsed.url,
      ...(readOnly ? { readOnly } : {}),
      ...(production ? { production } : {}),
      ...(tls === undefined ? {} : { tls }),
      ...(stays && old.passwordEnv !== undefined ? { passwordEnv: old.passwordEnv } : {}),
    };
    // Writing the entry takes the password out of it that somebody wrote there.
    const password = parsed.password ?? (stays ? writtenPassword(id) : undefined);
    if (password !== undefined) await this.secrets.store(profile, password);
    try {
      await writeProfile(profile);
    } catch (error) {
      // Nobody would ever ask for it again.
      if (!stays) await this.secrets.forget(profile);
      throw error;
    }
    if (old !== undefined && !stays) await this.secrets.forget(old);
    if (password !== undefined) this.clients.close(id);
    this.choose(id);
    return id;
  }

  /** Replaces a profile's password in the secret storage; its client is closed, and the next one uses it. */
  async setPassword(id: string, password: string): Promise<void> {
    await this.secrets.store(this.resolve(id), password);
    this.clients.close(id);
  }

  /** Takes a profile's password out of the secret storage; its client is closed. */
  async forgetPassword(id: string): Promise<void> {
    await this.secrets.forget(this.resolve(id));
    this.clients.close(id);
  }

  /** Points a profile to another database of the same server; the secret stays. */
  async repoint(id: string, url: string): Promise<void> {
    await writeProfile({ ...this.resolve(id), url });
  }

  /** Removes a profile, its secret and its client. */
  async remove(id: string): Promise<void> {
    const profile = this.resolve(id);
    await removeProfile(id);
    await this.secrets.forget(profile);
    this.clients.close(id);
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private find(idOrName: string | undefined): ConnectionProfile | undefined {
    if (idOrName !== undefined) {
      return (
        this.current.find(({ id }) => id === idOrName) ?? this.current.find(({ name }) => name === idOrName)
      );
    }
    return this.current.length === 1 ? this.current[0] : this.current.find(({ id }) => id === this.activeId);
  }

  private readSetting(): void {
    const { profiles, rejected } = readProfiles(setting('connections'));
    this.current = profiles;
    for (const failure of rejected) this.log.warn(failure.message);
  }

  /** A changed or removed profile loses its client: what it feeds asks again and gets the new one. */
  private settingChanged(): void {
    const before = new Map(this.current.map((profile) => [profile.id, JSON.stringify(profile)]));
    this.readSetting();
    const after = new Map(this.current.map((profile) => [profile.id, JSON.stringify(profile)]));
    for (const id of this.clients.ids) {
      if (before.get(id) !== after.get(id)) this.clients.close(id);
    }
    this.changes.fire(undefined);
  }
}
