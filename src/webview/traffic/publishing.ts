import * as l10n from '@vscode/l10n';
import { render } from 'lit/html.js';
import type { ToWebview } from '../../protocol/traffic';
import { Combobox } from './combobox';
import { composerView } from './composerView';
import type { HostPort } from './hostPort';
import { pageElement } from './pageElement';
import type { PanelModel } from './panelModel';

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
        model.composer.channel = value;
        changed();
      },
    });
  }

  draw(): void {
    const { composer, setup } = this.model;
    this.channelField.draw(composer.channel, this.offeredChannels(), setup.readOnly);
    render(
      composerView(composer, setup.readOnly, {
        messageTyped: (text) => {
          composer.message = text;
          this.changed();
        },
        published: () => this.publish(),
      }),
      this.rest,
    );
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

  /** Channels to offer: those watched, then those seen. A name with escapes in it is a display form, not the name. */
  private offeredChannels(): readonly string[] {
    const seen = this.model.frame?.channels ?? [];
    const names = seen.map(({ name }) => name).filter((name) => !/[\\…\ufffd]/.test(name));
    return [...new Set([...this.model.setup.channels, ...names])];
  }
}
