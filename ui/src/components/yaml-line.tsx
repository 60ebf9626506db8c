/** One line of YAML with its key, value and comment told apart. Text in, text out: nothing of it is ever markup. */
export function YamlLine({ text }: { text: string }) {
  const { key, colon, value, comment } = split(text);
  return (
    <pre className="mono clip mt-1 leading-4.5" title={text}>
      {key && <span className="text-yaml-key">{key}</span>}
      {colon && <span className="text-yaml-punct">{colon}</span>}
      <span className="text-yaml-string">{value}</span>
      <span className="text-yaml-comment">{comment}</span>
    </pre>
  );
}

function split(text: string): { key: string; colon: string; value: string; comment: string } {
  const hash = text.search(/(^|\s)#/);
  const code = hash < 0 ? text : text.slice(0, hash);
  const comment = hash < 0 ? "" : text.slice(hash);
  const found = /^([\s-]*[\w."'/-]+)(:\s+)(.*)$/.exec(code);
  if (!found) return { key: "", colon: "", value: code, comment };
  const [, key = "", colon = "", value = ""] = found;
  return { key, colon, value, comment };
}
