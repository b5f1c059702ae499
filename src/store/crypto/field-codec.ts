import type { Fields } from '../backend/session-record.ts';
import type { DataKey } from '../options/keys.ts';
import { Seal, sealedForm, SessionKeys } from './seal.ts';

/** Converts between the text of a field and its stored form. */
export interface FieldCodec {
  toStored(hash: string, texts: Fields): Fields;
  fromStored(hash: string, fields: Fields): Fields;
}

export const plainFields: FieldCodec = {
  toStored: (_, texts) => texts,
  fromStored: (_, fields) => fields,
};

/** Stores plain texts. Also reads fields that other instances have encrypted, while `encrypt` is switched on or off. */
export function plainOrSealedFields(dataKeys: readonly DataKey[]): FieldCodec {
  const sealed = sealedFields(dataKeys, true);
  return {
    toStored: (_, texts) => texts,
    fromStored: (hash, fields) =>
      [...fields.values()].some(stored => sealedForm.test(stored)) ? sealed.fromStored(hash, fields) : fields,
  };
}

/** @param plainToo whether fields that were stored before encryption was switched on can be read */
export function sealedFields(dataKeys: readonly DataKey[], plainToo: boolean): FieldCodec {
  const keys = dataKeys.map(key => new SessionKeys(key));
  const opened = (seal: Seal, name: string, stored: string): string =>
    plainToo && !sealedForm.test(stored) ? stored : seal.open(name, stored);
  return {
    toStored(hash, texts) {
      const seal = new Seal(keys, hash);
      return new Map([...texts].map(([name, text]) => [name, seal.close(name, text)]));
    },
    fromStored(hash, fields) {
      const seal = new Seal(keys, hash);
      return new Map([...fields].map(([name, sealed]) => [name, opened(seal, name, sealed)]));
    },
  };
}
