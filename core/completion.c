/* Completion scripts for bash, zsh and fish from the tables of a program. */
#include "core/completion.h"

#include <string.h>

#include "core/record.h"

/* ---- what may follow ---- */

enum kind { NOTHING, CHOICES, FILES, FOLDERS };

/* The first word of a help text: "[FILE…]" is FILE, "on|off --keys DIR" is on|off. */
static struct tong__str first_word(const char *words)
{
	struct tong__str s;

	s.p = words ? words + strspn(words, "[") : "";
	s.n = strcspn(s.p, " ]=");
	if (*s.p == '-')
		s.n = 0;
	for (size_t i = 0; i + 3 <= s.n; i++)
		if (!memcmp(s.p + i, "…", 3))
			s.n = i;
	return s;
}

static enum kind kind_of(struct tong__str s)
{
	static const char *const files[] = {"FILE", "WHERE"}, *const folders[] = {"DIR", "REPO"};

	if (memchr(s.p, '|', s.n))
		return s.p[0] >= 'a' ? CHOICES : NOTHING;
	for (size_t i = 0; i < 2; i++) {
		if (s.n == strlen(files[i]) && !memcmp(s.p, files[i], s.n))
			return FILES;
		if (s.n == strlen(folders[i]) && !memcmp(s.p, folders[i], s.n))
			return FOLDERS;
	}
	return NOTHING;
}

/* "on|off" with blanks between. */
static void add_choices(struct tong__buf *out, struct tong__str s)
{
	for (size_t i = 0; i < s.n; i++)
		tong__buf_addc(out, s.p[i] == '|' ? ' ' : s.p[i]);
}

static bool takes(const struct tong__shell_command *c, const struct tong__shell_option *o)
{
	return o->common || (c && strchr(c->options, o->letter));
}

/* The next option that a command takes (NULL: any command), from the first when 'o' is NULL. */
static const struct tong__shell_option *next_option(const struct tong__shell *s,
                                                    const struct tong__shell_command *c,
                                                    const struct tong__shell_option *o)
{
	for (o = o ? o + 1 : s->options; o < s->options + s->n_options; o++)
		if (takes(c, o))
			return o;
	return NULL;
}

static void add_function(struct tong__buf *out, const char *program)
{
	tong__buf_addc(out, '_');
	for (; *program; program++)
		tong__buf_addc(out, *program == '-' ? '_' : *program);
}

/* Between single quotes; zsh's own specifications want a backslash before some as well. */
static void add_quoted(struct tong__buf *out, const char *text, const char *special)
{
	for (; *text; text++) {
		if (*text == '\'')
			tong__buf_adds(out, "'\\'");
		else if (strchr(special, *text))
			tong__buf_addc(out, '\\');
		tong__buf_addc(out, *text);
	}
}

/* ---- bash ---- */

/* "-s|--store|--out": the options whose value is of this kind; 0 when there is none. */
static size_t bash_options_of(const struct tong__shell *s, enum kind kind, bool all,
                              struct tong__buf *out)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_options; i++) {
		const struct tong__shell_option *o = &s->options[i];

		if (!o->arg || (!all && kind_of(first_word(o->arg)) != kind))
			continue;
		tong__buf_adds(out, n++ ? "|" : "\t");
		if (o->dash)
			tong__buf_addf(out, "-%c|", o->letter);
		tong__buf_addf(out, "--%s", o->name);
	}
	return n;
}

/* What is offered for the value of an option. */
static void bash_values(const struct tong__shell *s, struct tong__buf *out)
{
	tong__buf_adds(out, "\tcase $previous in\n");
	for (size_t i = 0; i < s->n_options; i++) {
		const struct tong__shell_option *o = &s->options[i];

		if (!o->arg || kind_of(first_word(o->arg)) != CHOICES)
			continue;
		tong__buf_adds(out, "\t");
		if (o->dash)
			tong__buf_addf(out, "-%c|", o->letter);
		tong__buf_addf(out, "--%s) words='", o->name);
		add_choices(out, first_word(o->arg));
		tong__buf_adds(out, "' ;;\n");
	}
	if (bash_options_of(s, FILES, false, out))
		tong__buf_adds(out, ") kind=-f ;;\n");
	if (bash_options_of(s, FOLDERS, false, out))
		tong__buf_adds(out, ") kind=-d ;;\n");
	if (bash_options_of(s, NOTHING, false, out))
		tong__buf_adds(out, ") return ;;\n");
	tong__buf_adds(out, "\t*) value= ;;\n\tesac\n");
}

static void bash_command(const struct tong__shell *s, const struct tong__shell_command *c,
                         struct tong__buf *out)
{
	struct tong__str first = first_word(c ? c->words : NULL);
	enum kind kind = kind_of(first);

	tong__buf_addf(out, "\t\t%s) options='", c ? c->name : "''");
	for (const struct tong__shell_option *o = NULL; (o = next_option(s, c, o));)
		tong__buf_addf(out, "--%s ", o->name);
	tong__buf_adds(out, "' words='");
	for (size_t i = 0; !c && i < s->n_commands; i++)
		tong__buf_addf(out, "%s ", s->commands[i].name);
	if (kind == CHOICES)
		add_choices(out, first);
	tong__buf_addf(out, "' %s;;\n",
	               kind == FILES ? "kind=-f " : kind == FOLDERS ? "kind=-d " : "");
}

static void bash(const struct tong__shell *s, struct tong__buf *out)
{
	add_function(out, s->program);
	tong__buf_adds(out, "()\n{\n"
	                    "\tlocal current=${COMP_WORDS[COMP_CWORD]}\n"
	                    "\tlocal previous=${COMP_WORDS[COMP_CWORD-1]}\n"
	                    "\tlocal command= options= words= kind= value=yes i\n"
	                    "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	                    "\t\tcase ${COMP_WORDS[i]} in\n\t");
	if (bash_options_of(s, NOTHING, true, out))
		tong__buf_adds(out, ") ((++i)) ;;\n");
	tong__buf_adds(out, "\t\t-*) ;;\n"
	                    "\t\t*) command=${COMP_WORDS[i]}; break ;;\n"
	                    "\t\tesac\n\tdone\n\tCOMPREPLY=()\n");
	bash_values(s, out);
	tong__buf_adds(out, "\tif [ -z \"$value\" ]; then\n\t\tcase $command in\n");
	bash_command(s, NULL, out);
	for (size_t i = 0; i < s->n_commands; i++)
		bash_command(s, &s->commands[i], out);
	tong__buf_adds(out, "\t\tesac\n"
	                    "\t\t[[ $current != -* ]] || { words=$options; kind=; }\n"
	                    "\tfi\n"
	                    "\tif [ -n \"$kind\" ]; then\n"
	                    "\t\tcompopt -o filenames 2>/dev/null\n"
	                    "\t\tmapfile -t COMPREPLY < <(compgen \"$kind\" -- \"$current\")\n"
	                    "\telse\n"
	                    "\t\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
	                    "\tfi\n}\ncomplete -F ");
	add_function(out, s->program);
	tong__buf_addf(out, " %s\n", s->program);
}

/* ---- zsh ---- */

static void zsh_action(struct tong__str word, struct tong__buf *out)
{
	static const char *const actions[] = {" ", NULL, "_files", "_files -/"};
	enum kind kind = kind_of(word);

	if (kind != CHOICES) {
		tong__buf_adds(out, actions[kind]);
		return;
	}
	tong__buf_addc(out, '(');
	add_choices(out, word);
	tong__buf_addc(out, ')');
}

static void zsh_options(const struct tong__shell *s, const struct tong__shell_command *c,
                        struct tong__buf *out)
{
	for (const struct tong__shell_option *o = NULL; (o = next_option(s, c, o));) {
		tong__buf_adds(out, " \\\n\t\t\t");
		tong__buf_adds(out, o->arg ? "'*" : "'");   /* one that has a value may come again */
		if (o->dash)
			tong__buf_addf(out, "'{-%c,--%s}'[", o->letter, o->name);
		else
			tong__buf_addf(out, "--%s[", o->name);
		add_quoted(out, o->text, "[]\\");
		tong__buf_addc(out, ']');
		if (o->arg) {
			tong__buf_addc(out, ':');
			add_quoted(out, o->arg, ":\\");
			tong__buf_addc(out, ':');
			zsh_action(first_word(o->arg), out);
		}
		tong__buf_addc(out, '\'');
	}
}

static void zsh_command(const struct tong__shell *s, const struct tong__shell_command *c,
                        struct tong__buf *out)
{
	tong__buf_addf(out, "\t%s)\n\t\t_arguments -s", c->name);
	zsh_options(s, c, out);
	tong__buf_adds(out, " \\\n\t\t\t'*:");
	add_quoted(out, *c->words ? c->words : " ", ":\\");
	tong__buf_addc(out, ':');
	zsh_action(first_word(c->words), out);
	tong__buf_adds(out, "' ;;\n");
}

static void zsh(const struct tong__shell *s, struct tong__buf *out)
{
	tong__buf_addf(out, "#compdef %s\n", s->program);
	add_function(out, s->program);
	tong__buf_adds(out, "()\n{\n\tlocal curcontext=$curcontext state line\n"
	                    "\tlocal -A opt_args\n\tlocal -a commands=(\n");
	for (size_t i = 0; i < s->n_commands; i++) {
		tong__buf_addf(out, "\t\t'%s:", s->commands[i].name);
		add_quoted(out, s->commands[i].text, "");
		tong__buf_adds(out, "'\n");
	}
	tong__buf_adds(out, "\t)\n\t_arguments -s -C");
	zsh_options(s, NULL, out);
	tong__buf_adds(out, " \\\n\t\t'1:command:->command' '*::argument:->argument'\n"
	                    "\tcase $state in\n"
	                    "\tcommand) _describe -t commands command commands; return ;;\n"
	                    "\targument) ;;\n\t*) return ;;\n\tesac\n"
	                    "\tcase $line[1] in\n");
	for (size_t i = 0; i < s->n_commands; i++)
		zsh_command(s, &s->commands[i], out);
	tong__buf_adds(out, "\tesac\n}\ncompdef ");
	add_function(out, s->program);
	tong__buf_addf(out, " %s\n", s->program);
}

/* ---- fish ---- */

/* -x: nothing but what -a offers; -F: files. */
static void fish_argument(struct tong__str word, bool option, struct tong__buf *out)
{
	switch (kind_of(word)) {
	case CHOICES:
		tong__buf_adds(out, option ? " -xa '" : " -a '");
		add_choices(out, word);
		tong__buf_adds(out, "'");
		break;
	case FILES:
		tong__buf_adds(out, option ? " -rF" : " -F");
		break;
	case FOLDERS:
		tong__buf_adds(out, option ? " -xa '(__fish_complete_directories)'"
		                           : " -a '(__fish_complete_directories)'");
		break;
	case NOTHING:
		tong__buf_adds(out, option ? " -x" : "");
		break;
	}
}

static void fish_text(const char *text, struct tong__buf *out)
{
	tong__buf_adds(out, " -d '");
	for (; *text; text++) {
		if (strchr("'\\", *text))
			tong__buf_addc(out, '\\');
		tong__buf_addc(out, *text);
	}
	tong__buf_adds(out, "'\n");
}

static void fish_option(const struct tong__shell *s, const struct tong__shell_option *o,
                        struct tong__buf *out)
{
	tong__buf_addf(out, "complete -c %s", s->program);
	if (!o->common) {
		tong__buf_adds(out, " -n '__fish_seen_subcommand_from");
		for (size_t i = 0; i < s->n_commands; i++)
			if (takes(&s->commands[i], o))
				tong__buf_addf(out, " %s", s->commands[i].name);
		tong__buf_addc(out, '\'');
	}
	if (o->dash)
		tong__buf_addf(out, " -s %c", o->letter);
	tong__buf_addf(out, " -l %s", o->name);
	if (o->arg)
		fish_argument(first_word(o->arg), true, out);
	fish_text(o->text, out);
}

static void fish(const struct tong__shell *s, struct tong__buf *out)
{
	tong__buf_addf(out, "complete -c %s -f\n", s->program);
	for (size_t i = 0; i < s->n_commands; i++) {
		const struct tong__shell_command *c = &s->commands[i];

		tong__buf_addf(out, "complete -c %s -n __fish_use_subcommand -a %s", s->program, c->name);
		fish_text(c->text, out);
		if (kind_of(first_word(c->words)) == NOTHING)
			continue;
		tong__buf_addf(out, "complete -c %s -n '__fish_seen_subcommand_from %s'", s->program,
		               c->name);
		fish_argument(first_word(c->words), false, out);
		tong__buf_addc(out, '\n');
	}
	for (size_t i = 0; i < s->n_options; i++)
		fish_option(s, &s->options[i], out);
}

int tong__completion(const struct tong__shell *s, const char *shell, struct tong__buf *out,
                     tong_error *err)
{
	static const struct {
		const char *name;
		void (*write)(const struct tong__shell *, struct tong__buf *);
	} shells[] = {{"bash", bash}, {"zsh", zsh}, {"fish", fish}};

	for (size_t i = 0; i < sizeof shells / sizeof *shells; i++)
		if (!strcmp(shells[i].name, shell)) {
			shells[i].write(s, out);
			return out->failed ? tong__fail_nomem(err) : 0;
		}
	return tong__fail(err, TONG_E_USAGE, shell, "wanted: bash, zsh or fish");
}
