// Reads single values of the environment; a bad one stops the start with a line that names its variable.

/** A setting that stops the start. The message is one line that names the variable. */
export class ConfigError extends Error {}

export type Environment = Readonly<Record<string, string | undefined>>;

/** The values of an environment, by the name of their variable. */
export type Reader = ReturnType<typeof reader>;

export function reader(environment: Environment) {
  /** An empty value is as good as none. */
  const text = (name: string): string | undefined => environment[name]?.trim() || undefined;
  return {
    text,
    /** To the letter: whoever signs with it takes white space around it for a part of it. */
    secret(name: string): string | undefined {
      const value = text(name);
      if (value === undefined || value === environment[name]) return value;
      throw new ConfigError(`${name} begins or ends with white space: take it off, here and where tokens are signed`);
    },
    integer(name: string, fallback: number, min: number, max: number): number {
      const value = text(name) ?? String(fallback);
      if (/^\d{1,9}$/.test(value) && Number(value) >= min && Number(value) <= max) return Number(value);
      throw new ConfigError(`${name} must be a whole number from ${min} to ${max}, not "${value}"`);
    },
    choice<Choice extends string>(name: string, choices: readonly Choice[], fallback: Choice): Choice {
      const value = text(name) ?? fallback;
      const found = choices.find((choice) => choice === value);
      if (found !== undefined) return found;
      throw new ConfigError(`${name} must be one of ${choices.join(', ')}, not "${value}"`);
    },
    /** The value is not repeated in the message: it may hold a password. */
    url(name: string, protocols: string[]): string | undefined {
      const value = text(name);
      if (value === undefined || (URL.canParse(value) && protocols.includes(new URL(value).protocol))) return value;
      const starts = protocols.map((protocol) => `${protocol}//`);
      if (starts.some((start) => value.startsWith(start)))
        throw new ConfigError(
          `${name} is no address that can be read: say %23 for # in a password, %2F for / and %40 for @`,
        );
      throw new ConfigError(`${name} must be an address that starts with ${starts.join(' or ')}`);
    },
  };
}
