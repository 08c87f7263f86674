import { live } from 'lit/directives/live.js';
import { html, nothing, render, type TemplateResult } from 'lit/html.js';

/** Options shown at once. */
const optionLimit = 50;

export interface ComboboxOptions {
  readonly label: string;
  readonly placeholder: string;
  changed(value: string): void;
}

/**
 * A text field that offers known values and takes any other: the ARIA combobox with a list popup. The list opens upwards,
 * since the field stands at the foot of the panel.
 */
export class Combobox {
  private value = '';
  private options: readonly string[] = [];
  private shown: readonly string[] = [];
  private isOpen = false;
  private disabled = false;
  /** Index into `shown`, or −1 for none. */
  private active = -1;

  constructor(
    private readonly host: HTMLElement,
    private readonly settings: ComboboxOptions,
  ) {
    host.classList.add('combobox');
    host.addEventListener('focusout', (event) => {
      if (!(event.relatedTarget instanceof Node && host.contains(event.relatedTarget))) this.close();
    });
  }

  draw(value: string, options: readonly string[], disabled: boolean): void {
    if (value === this.value && disabled === this.disabled && sameTexts(options, this.options)) return;
    this.value = value;
    this.disabled = disabled;
    this.options = options;
    this.update();
  }

  private update(): void {
    render(this.view(), this.host);
  }

  private view(): TemplateResult {
    return html`<input
        class="combobox-text"
        type="text"
        role="combobox"
        spellcheck="false"
        autocomplete="off"
        placeholder=${this.settings.placeholder}
        ?disabled=${this.disabled}
        aria-label=${this.settings.label}
        aria-autocomplete="list"
        aria-expanded=${this.isOpen}
        aria-controls="channel-options"
        aria-activedescendant=${this.active < 0 ? nothing : `channel-option-${this.active}`}
        .value=${live(this.value)}
        @input=${(event: Event) => this.typed((event.target as HTMLInputElement).value)}
        @keydown=${(event: KeyboardEvent) => this.keyPressed(event)}
      /><button
        type="button"
        class="combobox-button"
        tabindex="-1"
        ?disabled=${this.disabled}
        aria-hidden="true"
        @mousedown=${(event: Event) => this.buttonPressed(event)}
      ><span class="codicon codicon-chevron-down"></span></button>
      <ul class="options" id="channel-options" role="listbox" aria-label=${this.settings.label} ?hidden=${!this.isOpen}>
        ${this.shown.map(
          (option, i) => html`<li
            class="option ${i === this.active ? 'active' : ''}"
            id="channel-option-${i}"
            role="option"
            aria-selected=${i === this.active}
            @mousedown=${(event: Event) => {
              event.preventDefault();
              this.choose(option);
            }}
          >${option}</li>`,
        )}
      </ul>`;
  }

  private typed(text: string): void {
    this.value = text;
    this.settings.changed(text);
    const wanted = text.toLowerCase();
    this.open(this.options.filter((option) => option !== text && option.toLowerCase().includes(wanted)));
  }

  private keyPressed(event: KeyboardEvent): void {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (this.isOpen) this.move(event.key === 'ArrowDown' ? 1 : -1);
      else this.open(this.options);
    } else if (event.key === 'Enter' && !event.ctrlKey && this.isOpen && this.active >= 0) {
      this.choose(this.shown[this.active] ?? this.value);
    } else if (event.key === 'Escape' && this.isOpen) {
      this.close();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  private buttonPressed(event: Event): void {
    event.preventDefault();
    this.host.querySelector('input')?.focus();
    if (this.isOpen) this.close();
    else this.open(this.options);
  }

  private open(options: readonly string[]): void {
    this.shown = options.slice(0, optionLimit);
    this.isOpen = this.shown.length > 0;
    this.active = this.shown.indexOf(this.value);
    this.update();
  }

  private move(step: number): void {
    this.active = (this.active + step + this.shown.length) % this.shown.length;
    this.update();
    this.host.querySelector('.option.active')?.scrollIntoView({ block: 'nearest' });
  }

  private choose(option: string): void {
    this.value = option;
    this.settings.changed(option);
    this.close();
  }

  private close(): void {
    this.isOpen = false;
    this.active = -1;
    this.update();
  }
}

function sameTexts(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((text, i) => text === other[i]);
}
