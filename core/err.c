/* Filling tong_error, and what the codes are called. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/err.h"
#include "core/memory.h"
#include "core/message.h"
#include "core/text.h"

#undef tong__fail         /* what the analyzer is given in their place */
#undef tong__fail_errno
#undef tong__fail_nomem

static const struct {
	int code;
	const char *name, *zh;
} codes[] = {
	{TONG_OK, "TONG_OK", "完成"},
	{TONG_E_NOTFOUND, "TONG_E_NOTFOUND", "没有找到"},
	{TONG_E_DIFFERS, "TONG_E_DIFFERS", "比对不一致"},
	{TONG_E_FINDINGS, "TONG_E_FINDINGS", "检查发现错误"},
	{TONG_E_USAGE, "TONG_E_USAGE", "命令或参数用法不对"},
	{TONG_E_FORMAT, "TONG_E_FORMAT", "格式不符合要求"},
	{TONG_E_LIMIT, "TONG_E_LIMIT", "超过上限"},
	{TONG_E_ENCODING, "TONG_E_ENCODING", "不是有效的 UTF-8 文字"},
	{TONG_E_REFERENCE, "TONG_E_REFERENCE", "引用的内容不存在"},
	{TONG_E_NEWER, "TONG_E_NEWER", "由更新的版本写成，请升级程序"},
	{TONG_E_SIGNATURE, "TONG_E_SIGNATURE", "签名数量不足或无效，未采用"},
	{TONG_E_EXPIRED, "TONG_E_EXPIRED", "签名文件已过期，未采用"},
	{TONG_E_ROLLBACK, "TONG_E_ROLLBACK", "比现有版本旧，未采用"},
	{TONG_E_HASH, "TONG_E_HASH", "内容与签名的摘要不符，未采用"},
	{TONG_E_ROLE, "TONG_E_ROLE", "该角色无权发布此内容，未采用"},
	{TONG_E_KEY, "TONG_E_KEY", "密钥不可用或编号不符"},
	{TONG_E_VERSION, "TONG_E_VERSION", "版本号与要求不符"},
	{TONG_E_NET, "TONG_E_NET", "网络连接失败或中断"},
	{TONG_E_HTTP, "TONG_E_HTTP", "服务器返回错误"},
	{TONG_E_TIMEOUT, "TONG_E_TIMEOUT", "网络过慢，等待超时"},
	{TONG_E_ABSENT, "TONG_E_ABSENT", "来源没有这个文件"},
	{TONG_E_BUDGET, "TONG_E_BUDGET", "超过允许的流量"},
	{TONG_E_CLOSED, "TONG_E_CLOSED", "不在允许联网的时段"},
	{TONG_E_IO, "TONG_E_IO", "读写失败"},
	{TONG_E_FULL, "TONG_E_FULL", "磁盘空间不足"},
	{TONG_E_STORE, "TONG_E_STORE", "本地数据库已损坏"},
	{TONG_E_BUSY, "TONG_E_BUSY", "另一个程序正在写入"},
	{TONG_E_NOMEM, "TONG_E_NOMEM", "内存不足"},
	{TONG_E_STORE_NEWER, "TONG_E_STORE_NEWER", "本地数据库由更新的版本写成，请升级程序"},
	{TONG_E_INTERRUPTED, "TONG_E_INTERRUPTED", "已中断"},
};

/* Copies as one line of valid UTF-8, cut between characters: paths are anybody's bytes. */
static void copy_line(char *out, size_t max, const char *s)
{
	const char *end = s + strlen(s);
	size_t n = 0;

	while (s < end) {
		char put[4];
		uint32_t cp = tong__utf8_next(&s, end);
		size_t len = tong__utf8_put(cp < 0x20 || cp == 0x7f ? ' ' : cp, put);

		if (n + len >= max)
			break;
		memcpy(out + n, put, len);
		n += len;
	}
	out[n] = '\0';
}

static void fill(tong_error *err, int code, int cause, const char *subject, const char *message)
{
	/* Copied first: the subject may be err's own, passed on with other words. */
	char s[sizeof err->subject];

	copy_line(s, sizeof s, subject ? subject : "");
	copy_line(err->message, sizeof err->message, message);
	memcpy(err->subject, s, sizeof s);
	err->code = code;
	err->cause = cause;
}

int tong__fail(tong_error *err, int code, const char *subject, const char *fmt, ...)
{
	char message[2 * sizeof err->message];
	va_list ap;

	if (!err)
		return code;
	va_start(ap, fmt);
	if (vsnprintf(message, sizeof message, tong__text(fmt), ap) < 0)
		message[0] = '\0';
	va_end(ap);
	fill(err, code, 0, subject, message);
	return code;
}

static int errno_code(int errnum)
{
	switch (errnum) {
	case ENOSPC:
	case EDQUOT:
		return TONG_E_FULL;
	case ENOENT:
		return TONG_E_ABSENT;
	case ENOMEM:
		return TONG_E_NOMEM;
	case EINTR:
		return TONG_E_INTERRUPTED;
	default:
		return TONG_E_IO;
	}
}

int tong__fail_errno(tong_error *err, int errnum, const char *subject, const char *what)
{
	char message[sizeof err->message], text[128];
	int code = errno_code(errnum);

	if (!err)
		return code;
	snprintf(message, sizeof message, "%s: %s", tong__text(what),
	         strerror_r(errnum, text, sizeof text));
	fill(err, code, errnum, subject, message);
	return code;
}

int tong__fail_nomem(tong_error *err)
{
	tong__memory_note();
	if (err)
		fill(err, TONG_E_NOMEM, ENOMEM, NULL, _("out of memory"));
	return TONG_E_NOMEM;
}

const char *tong__code_name(int code)
{
	size_t i;

	for (i = 0; i < sizeof codes / sizeof *codes; i++)
		if (codes[i].code == code)
			return codes[i].name;
	return "TONG_E_UNKNOWN";
}

const char *tong__code_zh(int code)
{
	size_t i;

	for (i = 0; i < sizeof codes / sizeof *codes; i++)
		if (codes[i].code == code)
			return codes[i].zh;
	return "未知错误";
}

int tong__exit_code(int code)
{
	return code / 10;
}
