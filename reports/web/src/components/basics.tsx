// Small parts every view uses.
import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import { Icon } from './icon';

export function Section(props: {
  title: string;
  intro?: ComponentChildren;
  children: ComponentChildren;
  aside?: ComponentChildren;
}) {
  const id = useId();
  return (
    <section class="section" aria-labelledby={id}>
      <div class="section-head">
        <div>
          <h2 id={id}>{props.title}</h2>
          {props.intro && <p class="soft">{props.intro}</p>}
        </div>
        {props.aside}
      </div>
      {props.children}
    </section>
  );
}

export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}

// A table that scrolls in its own box, which the keyboard can reach.
export function Scroll({
  label,
  fit,
  children,
}: {
  label: string;
  fit?: boolean | undefined;
  children: ComponentChildren;
}) {
  return (
    <div class={fit ? 'scroll fit' : 'scroll'} role="region" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}

// Text in which `backticks` mark what is typed.
export function Prose({ text }: { text: string }) {
  return <>{text.split('`').map((part, i) => (i % 2 ? <code key={i}>{part}</code> : part))}</>;
}

export function CopyButton({ text, label }: { text: string; label: string }) {
  const [done, setDone] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setDone(true);
      setTimeout(() => setDone(false), 1500);
    } catch {
      // Pages opened from disk may not write the clipboard; the text can be selected by hand.
    }
  };
  return (
    <button type="button" class="icon-button copy" onClick={copy} aria-label={`Copy ${label}`}>
      <Icon name={done ? 'pass' : 'copy'} />
    </button>
  );
}

export function Command({ text, label }: { text: string; label: string }) {
  if (!text) return null;
  return (
    <div class="command">
      <code>{text}</code>
      <CopyButton text={text} label={label} />
    </div>
  );
}

export interface Choice {
  id: string;
  label: string;
}

// One of a few, as radio buttons that look like a switch.
export function Segments(props: {
  label: string;
  choices: readonly Choice[];
  value: string;
  onChange: (id: string) => void;
}) {
  const name = useId();
  return (
    <fieldset class="segments">
      <legend class="hidden">{props.label}</legend>
      {props.choices.map((choice) => (
        <label key={choice.id}>
          <input
            type="radio"
            name={name}
            checked={choice.id === props.value}
            onChange={() => props.onChange(choice.id)}
          />
          <span>{choice.label}</span>
        </label>
      ))}
    </fieldset>
  );
}

// One of many.
export function Select(props: {
  label: string;
  choices: readonly Choice[];
  value: string;
  onChange: (id: string) => void;
}) {
  const id = useId();
  return (
    <span class="field">
      <label for={id}>{props.label}</label>
      <select
        id={id}
        value={props.value}
        onChange={(event) => props.onChange(event.currentTarget.value)}
      >
        {props.choices.map((choice) => (
          <option key={choice.id} value={choice.id}>
            {choice.label}
          </option>
        ))}
      </select>
    </span>
  );
}

export function Facts({ rows }: { rows: [string, ComponentChildren][] }) {
  return (
    <dl class="facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value === '' || value === undefined ? '–' : value}</dd>
        </div>
      ))}
    </dl>
  );
}
