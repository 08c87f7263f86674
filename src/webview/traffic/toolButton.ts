import { html, nothing, type TemplateResult } from 'lit/html.js';

export interface ToolButton {
  /** A codicon's name. */
  readonly icon: string;
  /** Shown beside the icon; may be empty. */
  readonly text: string;
  /** What a screen reader and the tooltip say, where it is more than the text. */
  readonly label?: string;
  readonly pressed?: boolean;
  readonly disabled?: boolean;
  /** Whether the popup that it opens is open. */
  readonly expanded?: boolean;
  readonly className?: string;
  readonly act: () => void;
}

/** A flat button as in VS Code's own toolbars. */
export function toolButton(button: ToolButton): TemplateResult {
  return html`<button
    type="button"
    class="tool ${button.className ?? ''}"
    title=${button.label ?? nothing}
    aria-label=${button.label ?? nothing}
    aria-pressed=${button.pressed ?? nothing}
    aria-expanded=${button.expanded ?? nothing}
    aria-haspopup=${button.expanded === undefined ? nothing : 'dialog'}
    ?disabled=${button.disabled === true}
    @click=${button.act}
  ><span class="codicon codicon-${button.icon}" aria-hidden="true"></span>${
    button.text === '' ? nothing : html`<span class="tool-text">${button.text}</span>`
  }</button>`;
}
