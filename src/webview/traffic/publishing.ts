import * as l10n from '@vscode/l10n';
import { render } from 'lit/html.js';
import type { ToWebview } from '../../protocol/traffic';
import { Combobox } from './combobox';
import { composerView } from './composerView';
import type { HostPort } from './hostPort';
import { pageElement } from './pageElement';
import type { Composer, PanelModel } from './panelModel';
import { isTypedName } from './typedName';

/** The composer at the foot: what is to be published where, and what became of it. */
export class Publishing {
  private readonly channelField: Combobox;
  private readonly rest: HTMLElement;
  private publishes = 0;

  constructor(
    root: HTMLElement,
    private readonly model: PanelModel,
    private readonly port: HostPort,
    private readonly changed: () => void,
  ) {
    this.rest = pageElement(root, '.composer-rest');
    this.channelField = new Combobox(pageElement(root, '.channel-field'), {
      label: l10n.t('Channel to publish to'),
      placeholder: l10n.t('Channel'),
      changed: (value) => {
        this.edit({ channel: value });
      },
    });
  }

  draw(): void {
    const { composer, setup } = this.model;
    this.channelField.draw(composer.channel, this.offeredChannels(), setup.readOnly);
    render(
      composerView(composer, setup.readOnly, {
        messageTyped: (text) => {
          this.edit({ message: text });
        },
        published: () => this.publish(),
      }),
      this.rest,
    );
  }

  /** Puts a message into the fields, to be published as it is or changed. */
  prepare(channel: string, message: string): void {
    this.edit({ channel, message });
    this.draw();
    this.rest.querySelector('textarea')?.focus();
  }

  publish(): void {
    const { composer, setup } = this.model;
    if (setup.readOnly || composer.channel === '' || composer.pending !== undefined) return;
    composer.pending = ++this.publishes;
    this.port.post({
      kind: 'publish',
      id: composer.pending,
      channel: composer.channel,
      message: composer.message,
    });
    this.changed();
  }

  answered({ id, ok, text }: Extract<ToWebview, { kind: 'published' }>): void {
    const { composer } = this.model;
    if (id !== composer.pending) return;
    composer.pending = undefined;
    composer.answer = { ok, text };
  }

  /** The answer was to what stood there before. */
  private edit(draft: Partial<Pick<Composer, 'channel' | 'message'>>): void {
    Object.assign(this.model.composer, draft, { answer: undefined });
    this.changed();
  }

  /** Channels to offer: those watched, then those seen. */
  private offeredChannels(): readonly string[] {
    const seen = this.model.frame?.channels ?? [];
    const names = seen.map(({ name }) => name).filter(isTypedName);
    return [...new Set([...this.model.setup.channels, ...names])];
  }
}
