import * as l10n from '@vscode/l10n';
import { type ParsedConnectionUrl, parseConnectionUrl } from '../connectionUrl';
import { displayText } from '../displayText';
import { hostInUrl } from '../endpoint';
import type { ComposeService } from './composeFile';
import { concerns } from './composePorts';
import type { Redirected } from './findings';
import { folderOf } from './workspaceFile';

/** Says what is reached from where the editor's extensions run: the names of services lead somewhere only inside. */
export class ComposeNetwork {
  private readonly byName = new Map<string, ComposeService[]>();

  /** @param isInside whether this program runs in a container of that compose file. */
  constructor(
    services: readonly ComposeService[],
    private readonly isInside: (file: string) => boolean,
  ) {
    for (const service of services) {
      for (const name of new Set([service.name, ...service.aliases].map((each) => each.toLowerCase()))) {
        const alike = this.byName.get(name);
        if (alike === undefined) this.byName.set(name, [service]);
        else alike.push(service);
      }
    }
  }

  /** Where an address that stands in a file leads from here. */
  redirect(parsed: ParsedConnectionUrl, file: string): Redirected {
    const { host, port, path } = parsed.endpoint;
    if (path !== undefined) return parsed;
    const alike = this.closest(host, file);
    const [service] = alike;
    if (service === undefined) {
      const isThisMachine = host === 'host.docker.internal' && !this.isInside(file);
      return isThisMachine ? withAddress(parsed, '127.0.0.1', port) : parsed;
    }
    if (this.isInside(service.file)) return parsed;
    for (const { ports, hostNetwork } of alike) {
      if (hostNetwork) return withAddress(parsed, '127.0.0.1', port);
      const published = ports.find((entry) => entry.kind === 'published' && entry.target === port);
      if (published?.kind === 'published') return withAddress(parsed, published.host, published.port);
    }
    return { reason: unpublished(service, port) };
  }

  /** The addresses at which a Redis service is reached from here, each with what in the file says so, or why it is not. */
  addresses(
    service: ComposeService,
  ): { readonly what: string; readonly url?: string; readonly reason?: string }[] {
    const { name, port, ports } = service;
    const what = l10n.t('service {0}', name);
    const scheme = service.tls ? 'rediss' : 'redis';
    if (this.isInside(service.file)) return [{ what, url: `${scheme}://${name}:${port}/0` }];
    if (service.hostNetwork) return [{ what, url: `${scheme}://127.0.0.1:${port}/0` }];
    const fitting = ports.filter((entry) => concerns(entry, port) || entry.kind === 'missing');
    if (fitting.length === 0) {
      // A file that overrides another one often repeats only what differs.
      const elsewhere = this.closest(name, service.file).some(
        (other) => other !== service && other.ports.some((entry) => concerns(entry, port)),
      );
      return elsewhere ? [] : [{ what, reason: unpublished(service, port) }];
    }
    return fitting.map((entry) => {
      switch (entry.kind) {
        case 'published':
          return {
            what: l10n.t('service {0}, port {1}', name, entry.port),
            url: `${scheme}://${hostInUrl(entry.host)}:${entry.port}/0`,
          };
        case 'random':
          return { what, reason: l10n.t('Docker picks its port anew at each start.') };
        case 'range':
          return {
            what,
            reason: l10n.t('It publishes a range of ports: which of them is Redis cannot be told.'),
          };
        case 'missing':
          return {
            what,
            reason: l10n.t(
              'Its port refers to {0}, which is not set here.',
              `\${${displayText(entry.name, 60)}}`,
            ),
          };
        default:
          return { what };
      }
    });
  }

  /** Services of that name in the compose files of the nearest folder above, else of any. */
  private closest(host: string, file: string): readonly ComposeService[] {
    const all = this.byName.get(host.toLowerCase()) ?? [];
    const folder = `${folderOf(file)}/`;
    const depths = all.map((service) => {
      const other = folderOf(service.file);
      return other === '' || folder.startsWith(`${other}/`) ? other.length : -1;
    });
    const best = Math.max(...depths);
    return all.filter((_, index) => depths[index] === best);
  }
}

function unpublished({ name }: ComposeService, port: number): string {
  return l10n.t(
    'Service {0} does not publish its port {1}: only containers reach it.',
    displayText(name),
    port,
  );
}

function withAddress(parsed: ParsedConnectionUrl, host: string, port: number): ParsedConnectionUrl {
  const { username, tls, db } = parsed.endpoint;
  const user = username === undefined ? '' : `${encodeURIComponent(username)}@`;
  const { password } = parsed;
  return {
    ...parseConnectionUrl(
      `${tls === undefined ? 'redis' : 'rediss'}://${user}${hostInUrl(host)}:${port}/${db}`,
    ),
    ...(password === undefined ? {} : { password }),
  };
}
