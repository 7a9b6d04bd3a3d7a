/* Inside the ledger: its connection. Only ledger*.c look here. */
#ifndef TONG_AGENT_LEDGER_SQL_H
#define TONG_AGENT_LEDGER_SQL_H

#include "agent/ledger.h"
#include "agent/store_sql.h"

/* Statements, binding and faults are those of the store; its tables and its lock are not. */
struct tong__ledger {
	struct tong__store sql;
};

#endif
