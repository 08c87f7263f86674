/** What a step gives when the user went back. */
export const back = Symbol('back');
export type Back = typeof back;

/** Where a step stands, and what it remembers. */
export interface StepPlace {
  readonly title: string;
  readonly step?: number;
  readonly totalSteps?: number;
  readonly canGoBack: boolean;
  /** What was typed but not accepted when the user went back. */
  typed?: string | undefined;
  /** Shown below the box until something is typed. */
  readonly complaint?: string;
}

/** Asks for one thing: the state with it, or {@link back}. */
export type Step<State> = (state: State, place: StepPlace) => Promise<State | Back>;

/** A row of steps, which may depend on what was entered. What was entered stays when the user goes back. */
export class StepWalk<State> {
  private readonly remembered = new Map<Step<State>, Pick<StepPlace, 'typed'>>();

  constructor(
    private readonly title: string,
    public state: State,
    private readonly stepsOf: (state: State) => readonly Step<State>[],
  ) {}

  /** Walks from the first or the last step on; {@link back} from the first one ends the walk, too. */
  async run(from: 'first' | 'last'): Promise<State | Back> {
    let index = from === 'first' ? 0 : this.stepsOf(this.state).length - 1;
    for (;;) {
      const steps = this.stepsOf(this.state);
      const step = steps[index];
      if (step === undefined) return this.state;
      const { title } = this;
      const place: StepPlace = {
        title,
        step: index + 1,
        totalSteps: steps.length,
        canGoBack: true,
        ...this.remembered.get(step),
      };
      const result = await step(this.state, place);
      this.remembered.set(step, { typed: place.typed });
      if (result !== back) {
        this.state = result;
        index++;
      } else if (index === 0) return back;
      else index--;
    }
  }
}
