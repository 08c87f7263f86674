import * as vscode from 'vscode';
import { displayText } from '../../core/displayText';
import { type OptionName, optionMeaning } from '../../core/optionMeanings';
import { type OptionRule, type OptionValue, optionValue } from '../../core/optionRules';
import {
  templateDescriptions,
  templateName,
  type WorkerOptions,
  type WorkerTemplate,
} from '../../core/workerTemplates';
import { askPick, askText } from '../ask';
import { plainLabel } from '../plainText';

/** Shows the options of a worker and lets them be changed, one after the other, until *Start*. @throws {Failure} `cancelled` */
export async function askOptions(template: WorkerTemplate, initial: WorkerOptions): Promise<WorkerOptions> {
  const rules = Object.entries(templateDescriptions[template].options);
  if (rules.length === 0) return initial;
  const title = vscode.l10n.t('Options of the {0}', templateName(template));
  let options = initial;
  for (;;) {
    const name = await askPick<string | undefined>(title, [
      { label: `$(play) ${vscode.l10n.t('Start')}`, value: undefined },
      ...rules.map(([option]) => ({
        label: option,
        description: plainLabel(displayText(String(options[option]), 60)),
        detail: optionMeaning(option as OptionName),
        value: option,
      })),
    ]);
    const rule = rules.find(([option]) => option === name)?.[1];
    if (name === undefined || rule === undefined) return options;
    options = { ...options, [name]: await askValue(name, rule, options[name] ?? rule.default) };
  }
}

async function askValue(name: string, rule: OptionRule, value: OptionValue): Promise<OptionValue> {
  if (rule.kind === 'flag') return value !== true;
  const title = optionMeaning(name as OptionName);
  if (rule.kind === 'word') {
    return askPick(
      title,
      rule.words.map((word) => ({ label: word, value: word })),
    );
  }
  const read = (text: string): OptionValue =>
    optionValue(name, rule, rule.kind === 'text' ? text : text.trim() === '' ? Number.NaN : Number(text));
  return read(await askText({ title, prompt: name, value: String(value), check: read }));
}
