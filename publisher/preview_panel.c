/* What the preview adds to a page: the findings, put at their fields, and a script that follows
 * changes. */
#include <string.h>

#include "core/json.h"
#include "core/message.h"
#include "core/template.h"
#include "publisher/preview.h"

const char tong__preview_style[] =
	"#tong-preview{position:fixed;right:1rem;bottom:1rem;z-index:99;max-width:32rem;"
	"max-height:70vh;"
	"overflow:auto;background:#fff;color:#1b2327;border:2px solid #6f7b82;border-radius:.5rem;"
	"padding:.5rem 1rem;font-size:.9rem;line-height:1.5;box-shadow:0 2px 12px #0003}"
	"#tong-preview.bad{border-color:#b5281e}#tong-preview ol{margin:.25rem 0;padding-left:1.5rem}"
	"#tong-preview code,.tong-at code{font-size:.85em}"
	".tong-at{display:block;border-left:4px solid #b5281e;background:#fdecea;color:#1b2327;"
	"padding:.25rem .5rem;font-size:.9rem;font-weight:400}"
	"@media print{#tong-preview,.tong-at{display:none}}\n";

/* Each finding that names an element is shown at the heading or term with that text; then the
 * page waits for the next generation, and loads itself again. */
const char tong__preview_script[] =
	"(function(){var g=+document.currentScript.dataset.generation;"
	"document.querySelectorAll('#tong-preview li[data-element]').forEach(function(li){"
	"var e=li.dataset.element,at=[].find.call(document.querySelectorAll("
	"'main dt,main h1,main h2,main h3,main th,main summary'),function(n){"
	"return n.textContent.trim().indexOf(e)===0})"
	"||(e==='事项名称'&&document.querySelector('main h1'));"
	"if(at){var s=document.createElement('span');s.className='tong-at';"
	"s.innerHTML=li.innerHTML;at.appendChild(s)}});"
	"function wait(){fetch('/-/wait?g='+g).then(function(r){return r.text()}).then(function(t){"
	"if(+t!==g)location.reload();else wait()}).catch(function(){setTimeout(wait,1000)})}wait()})()";

static void escape(struct tong__buf *out, const char *s)
{
	tong__escape_text(out, s ? s : "", s ? strlen(s) : 0);
}

static void member(struct tong__buf *out, const json_t *f, const char *name, const char *before)
{
	const char *s = tong__json_str(f, name);

	if (!s || !*s)
		return;
	tong__buf_adds(out, before);
	escape(out, s);
}

static void finding(struct tong__buf *out, const json_t *f, const char *prefix)
{
	const char *severity = tong__json_str(f, "severity"), *element = tong__json_str(f, "element");
	int line = (int)tong__json_int(f, "line", 0);

	tong__buf_adds(out, "<li");
	if (element && *element)
		member(out, f, "element", " data-element=\"");
	tong__buf_adds(out, element && *element ? "\"><b>" : "><b>");
	tong__buf_adds(out, !severity || !strcmp(severity, "error") ? _("error")
						: !strcmp(severity, "warning")          ? _("warning")
																: _("note"));
	tong__buf_adds(out, "</b> ");
	member(out, f, "element", "");
	member(out, f, "text", element && *element ? _(": ") : "");
	member(out, f, "found", _("; found: "));
	member(out, f, "wanted", _("; wanted: "));
	member(out, f, "hint", _(".<br>what to do: "));
	tong__buf_adds(out, "<br><code>");
	escape(out, prefix);
	member(out, f, "file", "");
	if (line)
		tong__buf_addf(out, ":%d:%d", line, (int)tong__json_int(f, "column", 0));
	member(out, f, "rule", "</code> <code>[");
	tong__buf_adds(out, "]</code></li>\n");
}

void tong__preview_panel(struct tong__buf *out, const json_t *findings, const char *prefix,
						 unsigned long generation, const char *note)
{
	const json_t *f;
	bool bad = false;
	size_t i;

	json_array_foreach(findings, i, f) bad |=
		tong__json_str(f, "severity") && !strcmp(tong__json_str(f, "severity"), "error");
	tong__buf_adds(out, "<link rel=\"stylesheet\" href=\"/-/panel.css\">\n");
	tong__buf_addf(out, "<aside id=\"tong-preview\" lang=\"%s\" aria-label=\"%s\"%s>\n",
				   tong__chinese() ? "zh-CN" : "en", _("preview"), bad ? " class=\"bad\"" : "");
	tong__buf_adds(out, "<b>");
	if (json_array_size(findings))
		tong__buf_addf(out, _("preview: %zu findings"), json_array_size(findings));
	else
		tong__buf_adds(out, _("preview: nothing is wrong"));
	tong__buf_adds(out, json_array_size(findings) ? "</b><ol>\n" : "</b>\n");
	json_array_foreach(findings, i, f) finding(out, f, prefix);
	if (json_array_size(findings))
		tong__buf_adds(out, "</ol>\n");
	if (note) {
		tong__buf_adds(out, "<p>");
		escape(out, note);
		tong__buf_adds(out, "</p>\n");
	}
	tong__buf_addf(out, "</aside>\n<script src=\"/-/panel.js\" data-generation=\"%lu\"></script>\n",
				   generation);
}
