import { type ReactNode, useId } from "react";

/** One of a few things that need more than a word each. The arrows go through them, as in every group of radio buttons. */
export function RadioList<Option>({
  label,
  options,
  idOf,
  chosen,
  onChoose,
  children,
}: {
  label: string;
  options: readonly Option[];
  idOf: (option: Option) => string;
  chosen: Option;
  onChoose: (option: Option) => void;
  children: (option: Option) => ReactNode;
}) {
  const id = useId();
  return (
    <fieldset className="flex max-h-64 flex-col overflow-auto rounded-control border border-line">
      <legend className="sr-only">{label}</legend>
      {options.map((option) => (
        <label
          key={idOf(option)}
          htmlFor={`${id}-${idOf(option)}`}
          className="grid flex-none grid-cols-[16px_minmax(0,1fr)] items-start gap-x-2 border-b border-line-faint px-3 py-2 last:border-b-0 hover:bg-hover has-checked:bg-selected"
        >
          <input
            id={`${id}-${idOf(option)}`}
            type="radio"
            name={id}
            className="mt-0.5 accent-accent"
            checked={option === chosen}
            onChange={() => onChoose(option)}
          />
          <span className="min-w-0">{children(option)}</span>
        </label>
      ))}
    </fieldset>
  );
}
