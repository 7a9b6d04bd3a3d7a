/* `schema` and `reference`: the element table and the rules, for programs and for editors. */
#include "core/limits.h"
#include "publisher/cmd.h"
#include "publisher/schema.h"

int tong__cmd_schema(const struct tong__args *a, tong_error *err)
{
	(void)a;
	return tong__answer(tong__schema(), err);
}

int tong__cmd_reference(const struct tong__args *a, tong_error *err)
{
	struct tong__buf out;
	int failed;

	(void)a;
	tong__buf_init(&out, TONG_MAX_PAGE);
	tong__buf_adds(&out, "# 要素\n\n");
	tong__reference_elements(&out);
	tong__buf_adds(&out, "\n# 规则\n\n");
	failed = tong__reference_rules(&out);
	if (!failed)
		fwrite(out.data, 1, out.len, stdout);
	tong__buf_free(&out);
	return failed ? tong__fail_nomem(err) : 0;
}
