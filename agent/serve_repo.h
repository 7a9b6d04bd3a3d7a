/* The release kept for the levels below, over HTTP. */
#ifndef TONG_AGENT_SERVE_REPO_H
#define TONG_AGENT_SERVE_REPO_H

#include <microhttpd.h>
#include <tong/agent.h>

/* Answers GET and HEAD for a file of the repository: with ETag and 304, one range, and 404 for
 * everything that is not a file of a release. */
enum MHD_Result tong__serve_repo(const tong_agent *, struct MHD_Connection *, const char *name);

#endif
