import assert from 'node:assert/strict';
import { type OptionName, optionMeaning } from '../../src/core/optionMeanings';
import { templateOptions } from '../../src/core/templateOptions';

describe('Meanings of options', () => {
  it('are told for every option, without an open placeholder of ours', () => {
    for (const options of Object.values(templateOptions)) {
      for (const name of Object.keys(options)) {
        const meaning = optionMeaning(name as OptionName);
        assert.ok(meaning.length > 5 && meaning.length < 100, `${name}: ${meaning}`);
        assert.doesNotMatch(meaning, /\{0\}|undefined/, name);
      }
    }
  });
});
