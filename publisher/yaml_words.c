/* libyaml's phrases and ours: a phrase of a parser helps no editor. */
#include "publisher/yaml_words.h"

#include <stddef.h>
#include <string.h>

#include "core/message.h"

struct phrase { const char *libyaml, *ours; };

static const struct phrase problems[] = {
	{"control characters are not allowed", N_("a control character")},
	{"could not find expected ':'", N_("a colon is missing, or the indentation is wrong")},
	{"found unexpected end of stream", N_("a quote without end")},
	{"found unexpected document indicator", N_("a quote without end before ---")},
	{"did not find expected key",
	 N_("wrong indentation, or a wrong quote or colon in the line above")},
	{"did not find expected '-' indicator",
	 N_("wrong indentation: a line in a list that does not begin with -")},
	{"did not find expected ',' or ']'", N_("a comma or the closing bracket is missing in [ ]")},
	{"did not find expected ',' or '}'", N_("a comma or the closing bracket is missing in { }")},
	{"did not find expected node content", N_("nothing stands where something should")},
	{"mapping values are not allowed in this context",
	 N_("“: ” inside a text was taken for a field; put the text in quotes")},
	{"block sequence entries are not allowed in this context", N_("a list (-) cannot begin here")},
	{"mapping keys are not allowed in this context", N_("a field cannot begin here")},
	{"found character that cannot start any token",
	 N_("a value that begins with a special character or a tab; put it in quotes")},
	{"found a tab character that violates indentation", N_("indentation by tabs")},
	{"found a tab character where an indentation space is expected", N_("indentation by tabs")},
	{"found unknown escape character", N_("an unknown \\ in double quotes")},
	{"did not find expected hexdecimal number", N_("an unfinished \\x or \\u in double quotes")},
	{"found invalid Unicode character escape code",
	 N_("a \\u in double quotes that is no character")},
	{"found unexpected ':'", N_("a colon too many; put the text in quotes")},
	{"did not find expected alphabetic or numeric character",
	 N_("a value that begins with & or *; put it in quotes")},
	{"did not find expected comment or line break", N_("the line does not end after | or >")},
	{"found an indentation indicator equal to 0", N_("an indentation of 0 after | or >")},
	{"did not find expected <document start>", N_("a wrong beginning of the file")},
	{"found undefined tag handle", N_("tags (!) are used")},
	{"found unknown directive name", N_("directives (%) are used")},
	{NULL, NULL},
};

static const struct phrase contexts[] = {
	{"while scanning a quoted scalar", N_("quotes in pairs")},
	{"while scanning a simple key", N_("name: value")},
	{"while parsing a block mapping", N_("“name: value” with even indentation")},
	{"while parsing a block collection", N_("a list with even indentation")},
	{"while parsing a flow sequence", N_("[one, another]")},
	{"while parsing a flow mapping", N_("{name: value}")},
	{"while scanning a block scalar", N_("indented text after |")},
	{NULL, NULL},
};

static const char *look_up(const struct phrase *p, const char *libyaml, const char *otherwise)
{
	for (; libyaml && p->libyaml; p++)
		if (!strcmp(p->libyaml, libyaml))
			return p->ours;
	return otherwise;
}

const char *tong__yaml_problem(const char *problem)
{
	return look_up(problems, problem, problem ? problem : N_("cannot be understood"));
}

const char *tong__yaml_context(const char *context)
{
	return look_up(contexts, context, N_("correct YAML"));
}
