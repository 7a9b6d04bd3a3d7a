/* Decap CMS: collections and forms from the element table, in Chinese, with every enumeration. */
#include "publisher/cms.h"

#include <string.h>

#include "core/element.h"
#include "publisher/sheet_kind.h"

const char tong__cms_page[] =
	"<!doctype html>\n<html lang=\"zh-CN\">\n<meta charset=\"utf-8\">\n"
	"<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
	"<meta name=\"robots\" content=\"noindex\">\n<title>目录编辑</title>\n"
	"<link href=\"config.yml\" type=\"text/yaml\" rel=\"cms-config-url\">\n"
	"<body>\n<script src=\"decap-cms.js\"></script>\n</body>\n</html>\n";

static json_t *fields_of(const struct tong__element *table, bool strict);

static json_t *options_of(const struct tong__enum_value *v)
{
	json_t *list = json_array();

	for (; v && v->code; v++)
		json_array_append_new(list, json_pack("{s:s++, s:s}", "label", v->code, " ", v->label,
											  "value", v->code));
	return list;
}

static void set_pattern(json_t *field, const char *pattern, const char *says)
{
	json_object_set_new(field, "pattern", json_pack("[s, s]", pattern, says));
}

/* What the type of an element is in a form. */
static void set_widget(json_t *field, const struct tong__element *e)
{
	static const char *const widgets[] = { "string", "string",   "select",  "select",
										   "number", "boolean",  "list",    "object",
										   "list",   "markdown", "markdown" };

	json_object_set_new(field, "widget", json_string(widgets[e->type]));
	if (e->type == TONG__T_ENUM || e->type == TONG__T_ENUMS)
		json_object_set_new(field, "options", options_of(e->values));
	if (e->type == TONG__T_ENUMS)
		json_object_set_new(field, "multiple", json_true());
	if (e->type == TONG__T_INT) {
		json_object_set_new(field, "value_type", json_string("int"));
		json_object_set_new(field, "min", json_integer(0));
		json_object_set_new(field, "max", json_integer((json_int_t)e->max));
	}
	if (e->fields)
		json_object_set_new(field, "fields", fields_of(e->fields, e->type == TONG__T_LIST));
	if (e->type == TONG__T_LIST || e->type == TONG__T_MAP)
		json_object_set_new(field, "collapsed", json_true());
	if (e->type == TONG__T_CODE)
		set_pattern(field, "^[0-9A-Za-z_-]*$", "只用字母、数字、- 和 _");
	else if (e->type == TONG__T_TEXT && e->max > 200)
		json_object_set_new(field, "widget", json_string("text"));
}

static json_t *field_of(const struct tong__element *e, bool strict)
{
	json_t *field = json_pack("{s:s, s:s, s:b}", "name", e->name, "label", e->label, "required",
							  e->required && strict);

	if (field)
		set_widget(field, e);
	return field;
}

/* Sections are the body of the file, one field of their own. Not strict: the form would ask for
 * the members of a mapping that nobody wants to fill; the check asks later. */
static json_t *fields_of(const struct tong__element *table, bool strict)
{
	json_t *list = json_array();

	for (; table && table->name; table++)
		if (table->type != TONG__T_MARKDOWN && table->type != TONG__T_QA)
			json_array_append_new(list, field_of(table, strict));
	return list;
}

static json_t *text_field(const char *name, const char *label, const char *widget, bool required)
{
	return json_pack("{s:s, s:s, s:s, s:b}", "name", name, "label", label, "widget", widget,
					 "required", required);
}

/* The body stays the text it is: a rich editor would write it anew. */
static json_t *body(const char *label)
{
	json_t *f = text_field("body", label, "text", false);

	json_object_set_new(f, "hint", json_string("每段以 ## 标题 开头；标题见编辑手册的要素一页"));
	return f;
}

static json_t *items(const struct tong__cms *c, const struct tong__enum_value *type)
{
	json_t *fields = fields_of(tong__item_elements, true);

	json_array_append_new(fields, body("正文"));
	return json_pack("{s:s+, s:s++, s:s, s:s+++, s:s, s:s, s:s, s:s, s:b, s:o}", "name", "items-",
					 type->code, "label", type->code, " ", type->label, "label_singular", "事项",
					 "folder", c->folder, "items/", type->code, "", "slug", "{{fields.code}}",
					 "identifier_field", "code", "summary", "{{name}} {{code}}", "format",
					 "yaml-frontmatter", "create", 1, "fields", fields);
}

static json_t *folder(const struct tong__cms *c, const char *name, const char *label,
					  const char *ext, const char *format, json_t *fields)
{
	return json_pack("{s:s, s:s, s:s+, s:s, s:s, s:s, s:s, s:b, s:o}", "name", name, "label", label,
					 "folder", c->folder, name, "extension", ext, "format", format,
					 "identifier_field", "title", "slug", "{{slug}}", "create", 1, "fields",
					 fields);
}

static json_t *laws(const struct tong__cms *c)
{
	json_t *article = json_pack("[o, o]", text_field("article", "条", "string", true),
								text_field("text", "条文", "text", false));
	json_t *articles = json_pack("{s:s, s:s, s:s, s:b, s:o}", "name", "articles", "label", "条文",
								 "widget", "list", "required", 0, "fields", article);
	json_t *kind = text_field("kind", "种类", "select", false);

	json_object_set_new(kind, "options",
						json_pack("[s, s, s, s, s]", "法律", "行政法规", "部门规章", "地方性法规",
								  "其他"));
	return folder(c, "laws", "法律法规", "yaml", "yaml",
				  json_pack("[o, o, o, o, o, o, o, o]", text_field("title", "全称", "string", true),
							text_field("short", "简称", "string", false), kind,
							text_field("version", "版本日期", "string", false),
							text_field("effective", "生效日期", "string", false),
							text_field("state", "状态", "string", false), articles,
							text_field("source", "来源", "string", false)));
}

static json_t *notices(const struct tong__cms *c)
{
	return folder(c, "notices", "通知", "md", "yaml-frontmatter",
				  json_pack("[o, o, o, o, o, o]", text_field("title", "标题", "string", true),
							text_field("date", "日期", "string", true),
							text_field("number", "文号", "string", false),
							text_field("issuer", "发布机关", "string", false),
							text_field("source", "来源", "string", false), body("正文")));
}

static json_t *file(const struct tong__cms *c, const char *name, const char *label,
					const char *path, json_t *fields)
{
	return json_pack("{s:s, s:s, s:s+, s:o}", "name", name, "label", label, "file", c->folder, path,
					 "fields", fields);
}

static json_t *hall_fields(void)
{
	json_t *window = json_pack("[o, o, o]", text_field("id", "标识", "string", true),
							   text_field("name", "名称", "string", false),
							   text_field("number", "窗口号", "string", false));
	json_t *windows = json_pack("{s:s, s:s, s:s, s:b, s:o}", "name", "windows", "label", "窗口",
								"widget", "list", "required", 0, "fields", window);
	json_t *hall = json_pack("[o, o, o, o, o, o, o]", text_field("id", "标识", "string", true),
							 text_field("name", "名称", "string", true),
							 text_field("address", "地址", "string", false),
							 text_field("hours", "办理时间", "string", false),
							 text_field("phone", "电话", "string", false),
							 text_field("transport", "交通", "string", false), windows);

	return json_pack("[o, {s:s, s:s, s:s, s:o}]",
					 text_field("sample", "样例数据", "boolean", false), "name", "halls", "label",
					 "大厅", "widget", "list", "fields", hall);
}

static json_t *files(const struct tong__cms *c)
{
	json_t *list = json_array();
	char path[64], label[64];

	json_array_append_new(list, file(c, "materials", "材料目录", "materials.yaml",
									 fields_of(tong__kinds[TONG__KIND_MATERIALS].file, true)));
	for (const char *const *r = c->regions; r && *r; r++) {
		snprintf(path, sizeof path, "local/%s/halls.yaml", *r);
		snprintf(label, sizeof label, "大厅 %s", *r);
		json_array_append_new(list, file(c, *r, label, path, hall_fields()));
	}
	return json_pack("{s:s, s:s, s:o}", "name", "files", "label", "材料和大厅", "files", list);
}

static json_t *backend(const struct tong__cms *c)
{
	bool local = !strcmp(c->backend, "local");
	json_t *b = json_pack("{s:s, s:s}", "name", local ? "proxy" : c->backend, "branch", c->branch);

	if (local) {
		json_object_set_new(b, "proxy_url", json_string("http://localhost:8081/api/v1"));
		return b;
	}
	if (strcmp(c->backend, "git-gateway"))
		json_object_set_new(b, "repo", json_string(c->project));
	if (!strcmp(c->backend, "gitlab") || !strcmp(c->backend, "gitea"))
		json_object_set_new(b, "auth_type", json_string("pkce"));
	if (*c->app_id)
		json_object_set_new(b, "app_id", json_string(c->app_id));
	if (*c->base_url) {
		json_object_set_new(b, "base_url", json_string(c->base_url));
		json_object_set_new(b, "api_root",
							json_sprintf("%s/api/%s", c->base_url,
										 strcmp(c->backend, "gitea") ? "v4" : "v1"));
	}
	return b;
}

json_t *tong__cms_config(const struct tong__cms *c)
{
	json_t *collections = json_array(), *config;

	for (const struct tong__enum_value *v = tong__item_types; v->code; v++)
		json_array_append_new(collections, items(c, v));
	json_array_append_new(collections, laws(c));
	json_array_append_new(collections, notices(c));
	json_array_append_new(collections, files(c));
	config = json_pack("{s:o, s:s, s:s+, s:s, s:{s:s}, s:o}", "backend", backend(c), "locale",
					   "zh_Hans", "media_folder", c->folder, "media", "publish_mode", "simple",
					   "slug", "encoding", "ascii", "collections", collections);
	/* Gitea has no editorial workflow, nor has the local proxy need of one. */
	if (config && (!strcmp(c->backend, "gitlab") || !strcmp(c->backend, "git-gateway")))
		json_object_set_new(config, "publish_mode", json_string("editorial_workflow"));
	return config;
}
