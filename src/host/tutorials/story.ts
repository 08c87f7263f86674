import * as vscode from 'vscode';
import { displayText } from '../../core/displayText';
import { cancelled, type Failure } from '../../core/failure';
import { wrapped } from '../../core/wrappedText';

const usualColumns = 80;
/** Longer lines are hard to read. */
const mostColumns = 100;
const interrupt = '\u0003';
const indent = '   ';
const styles = { bold: [1, 22], dim: [2, 22], green: [32, 39], yellow: [33, 39], cyan: [36, 39] } as const;

type Style = keyof typeof styles;

/**
 * A terminal in the editor area in which a tutorial tells what it does and why. Closing it or Ctrl+C ends the tutorial.
 * Every text may hold foreign names: control characters are shown, not obeyed.
 */
export class Story implements vscode.Disposable {
  private readonly written = new vscode.EventEmitter<string>();
  private readonly closing = new vscode.EventEmitter<void>();
  private readonly abort = new AbortController();
  /** What was told before the terminal was there; undefined once it is. */
  private waiting: (() => void)[] | undefined = [];
  private columns = usualColumns;
  private steps = 0;
  private over = false;
  private goOn: (() => void) | undefined;
  private readonly terminal: vscode.Terminal;

  /** @param paced whether there is a reader who presses Enter between the parts */
  constructor(
    title: string,
    private readonly paced: boolean,
  ) {
    const pty: vscode.Pseudoterminal = {
      onDidWrite: this.written.event,
      onDidClose: this.closing.event,
      open: (size) => this.opened(size),
      setDimensions: ({ columns }) => {
        this.columns = columns;
      },
      handleInput: (typed) => this.typed(typed),
      close: () => this.abort.abort(),
    };
    this.terminal = vscode.window.createTerminal({
      name: title,
      iconPath: new vscode.ThemeIcon('mortar-board'),
      location: { viewColumn: vscode.ViewColumn.Active, preserveFocus: !paced },
      pty,
    });
    this.terminal.show(!paced);
    this.line(styled('bold', displayText(title)));
  }

  /** Aborted when the reader has closed the terminal or pressed Ctrl+C. */
  get signal(): AbortSignal {
    return this.abort.signal;
  }

  /** Begins the next step. @throws {Failure} `cancelled` when the reader has left */
  step(title: string): void {
    if (this.abort.signal.aborted) throw cancelled();
    this.steps += 1;
    this.line('');
    this.line(styled('bold', `${this.steps}  ${displayText(title)}`));
  }

  /** Gives the reader time to look at what there is. @throws {Failure} `cancelled` when the reader has left */
  async pause(): Promise<void> {
    if (!this.paced) return;
    this.line('');
    this.line(`${indent}${styled('bold', vscode.l10n.t('↵ Press Enter here to go on.'))}`);
    // The workers' terminals may have taken the keyboard.
    this.terminal.show(false);
    const { signal } = this.abort;
    await new Promise<void>((resolve) => {
      this.goOn = resolve;
      signal.addEventListener('abort', () => resolve(), { once: true });
      if (signal.aborted) resolve();
    });
    this.goOn = undefined;
    if (signal.aborted) throw cancelled();
  }

  /** A paragraph. */
  say(text: string): void {
    this.paragraph(text, undefined, indent);
  }

  /** A command as redis-cli would take it, with its reply. */
  command(command: string, reply: string): void {
    this.paragraph(`> ${displayText(command, 300)}`, 'cyan', indent, '  ');
    this.paragraph(displayText(reply, 300), 'green', indent, '  ');
  }

  /** What it means: the sentence to remember. */
  lesson(text: string): void {
    this.paragraph(text, 'yellow', `${indent}▸ `);
  }

  /** An error as the product tells it, with its next step. */
  failure({ message, hint }: Pick<Failure, 'message' | 'hint'>): void {
    this.paragraph(`✗ ${message}`, 'yellow', indent);
    if (hint !== '') this.paragraph(hint, 'dim', indent);
  }

  /** Nothing more comes; the terminal stays to be read, and any key closes it. */
  end(): void {
    this.over = true;
    this.line('');
    this.line(styled('dim', vscode.l10n.t('The end. Any key closes this page.')));
  }

  dispose(): void {
    this.closing.fire();
    this.written.dispose();
    this.closing.dispose();
  }

  private opened(size: vscode.TerminalDimensions | undefined): void {
    if (size !== undefined) this.columns = size.columns;
    const early = this.waiting ?? [];
    this.waiting = undefined;
    for (const tell of early) tell();
  }

  private typed(text: string): void {
    if (this.over) this.dispose();
    else if (text === interrupt) this.abort.abort();
    else if (text === '\r') this.goOn?.();
  }

  /** @param hanging by how much its second and further lines are indented beyond the first */
  private paragraph(text: string, style: Style | undefined, start: string, hanging = ''): void {
    // How wide it is, is known only then.
    if (this.waiting?.push(() => this.paragraph(text, style, start, hanging)) !== undefined) return;
    const room = Math.max(20, Math.min(this.columns, mostColumns) - start.length - hanging.length - 1);
    for (const [index, line] of wrapped(displayText(text, 2_000), room).entries()) {
      const lead = index === 0 ? start : ' '.repeat(start.length) + hanging;
      this.line(lead + (style === undefined ? line : styled(style, line)));
    }
  }

  private line(text: string): void {
    if (this.waiting?.push(() => this.line(text)) !== undefined) return;
    this.written.fire(`${text}\r\n`);
  }
}

function styled(style: Style, text: string): string {
  const [on, off] = styles[style];
  return `\u001b[${on}m${text}\u001b[${off}m`;
}
