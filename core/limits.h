/* Every ceiling, one line each with its reason (promise P4). */
#ifndef TONG_CORE_LIMITS_H
#define TONG_CORE_LIMITS_H

/* Records and layers (FORMAT R1-R3, L1) */
#define TONG_MAX_KEY 128                       /* R2 */
#define TONG_MAX_RECORD (256u << 10)           /* R3: the longest guide seen is 30 KB */
#define TONG_MAX_RECORD_DEPTH 16               /* R3 */
/* 3,000 items are 10 MB; a province of 50,000 still fits */
#define TONG_MAX_LAYER (256u << 20)
#define TONG_MAX_LAYER_RECORDS 2000000u        /* 128 bytes a record on average */

/* Changesets (FORMAT C1-C6) */
#define TONG_MAX_GROUP (256u << 10)            /* C5: bounds the memory of a sync */
#define TONG_MAX_CS_HEAD (4u << 20)            /* keys of 100,000 changed records */
#define TONG_MAX_CS_GROUPS 4096                /* 1 GiB of content */
#define TONG_MAX_CS (128u << 20)               /* a compressed layer */
#define TONG_MAX_OLDER (64u << 10)             /* T8: 300 ways */
#define TONG_MAX_WINDOW_LOG 20                 /* C6: 1 MiB */

/* Metadata: python-tuf's defaults, see the specification's section 5 */
#define TONG_MAX_ROOT 512000
#define TONG_MAX_TIMESTAMP 16384
#define TONG_MAX_SNAPSHOT 2000000
#define TONG_MAX_TARGETS 5000000
#define TONG_MAX_ROOT_STEPS 256                /* root versions in one update */
#define TONG_MAX_DELEGATIONS 32                /* roles visited for one target */
#define TONG_MAX_JSON_DEPTH 32                 /* metadata needs 8 */
#define TONG_MAX_KEYS 1024                     /* keys or signatures in one file */
#define TONG_MAX_ROLE_NAME 128

/* Heads (FORMAT H1, H2) */
#define TONG_MAX_HEAD (1u << 20)
#define TONG_HEAD_CHANGESET (8u << 10)
#define TONG_HEAD_CHANGESETS (64u << 10)
#define TONG_HEAD_NEW (100u << 10)             /* H4: what a killed first sync may fetch twice */

/* Bundles (FORMAT B2, B6) */
#define TONG_MAX_BUNDLE (1u << 30)             /* expanded: every layer of a province, whole */
#define TONG_MAX_BUNDLE_RATIO 20               /* metadata packs to a fifth at best */
#define TONG_BUNDLE_RATIO_FROM (1u << 20)      /* below this the ratio says nothing */
#define TONG_MAX_BUNDLE_MEMBERS 16384          /* 200 layers with 32 changesets each */
#define TONG_MAX_BUNDLE_NAME 160
#define TONG_MAX_BUNDLE_METADATA (16u << 20)   /* kept in memory */
#define TONG_MAX_BUNDLE_WINDOW_LOG 23          /* memory of unpacking: 8 MiB */
#define TONG_MAX_BUNDLE_WINDOW (1u << TONG_MAX_BUNDLE_WINDOW_LOG)
#define TONG_MAX_BUNDLE_BLOCKS 65536           /* a block of zstd has up to 128 KiB */

/* Reports (FORMAT section 14) */
#define TONG_MAX_REPORT (64u << 10)            /* U4: a node of 205 regions attests in 30 KB */
#define TONG_MAX_REPORT_DEPTH 8
#define TONG_EPOCH      1704067200 /* 2024: a clock before that is wrong, no machine is older */
#define TONG_MAX_PACKET (1u << 20)             /* U7: content; bounds what a server keeps */
#define TONG_MAX_PACKET_REPORTS 2000
#define TONG_MAX_REPORT_FILE (64u << 20)       /* a stick: 60,000 reports */
#define TONG_MAX_RECEIPT (256u << 10)          /* U8: 2,000 nodes with one report each */
#define TONG_MAX_REPORT_FILES 1024             /* in one folder */
#define TONG_MAX_NODES 10000                   /* a province has some 3,000 townships */
#define TONG_MAX_WAITING 1000
/* not acknowledged yet; years of a county without a link, and then no more is taken */
#define TONG_MAX_OUTBOX 200000
#define TONG_MAX_NODE_NAME 64                  /* characters */
#define TONG_MAX_NODE_REGIONS 64
#define TONG_MAX_FEEDBACK 2000                 /* characters of its text */
#define TONG_MAX_KEEP_DAYS 366                 /* U12 */

/* Pages and templates */
#define TONG_MAX_PAGE (16u << 20)              /* the list of 12,000 items of one region is 2 MB */
#define TONG_MAX_TEMPLATE (256u << 10)
#define TONG_MAX_PARTIALS 16
#define TONG_MAX_URL 2048
#define TONG_MAX_SITE_URL 200                  /* a host and a folder, with NUL */

/* Source files of a catalogue */
#define TONG_MAX_SOURCE_FILE (64u << 20)       /* regions.csv is 2 MB */
#define TONG_MAX_ITEM_FILE (256u << 10)
#define TONG_MAX_YAML_NODES 200000
#define TONG_MAX_YAML_DEPTH 16
#define TONG_MAX_CSV_COLUMNS 256
#define TONG_MAX_CSV_FIELD 8192
#define TONG_MAX_FINDINGS 10000                /* more help nobody */

/* Spreadsheets: a file from an office is bytes from outside. */
#define TONG_SHEET_FILE (64u << 20)          /* 50,000 items with full guides are 20 MB */
/* files inside an XLSX: about 12, and one for each picture */
#define TONG_SHEET_ENTRIES 1000
/* of all of them; they are read piece by piece and never kept */
#define TONG_SHEET_EXPANDED (512u << 20)
/* … and at most so many times the file, from the next line on */
#define TONG_SHEET_RATIO 20
/* small sheets of one repeated word expand 30 times in earnest */
#define TONG_SHEET_RATIO_FROM (16u << 20)
#define TONG_SHEET_SHEETS 256                /* 205 regions */
#define TONG_SHEET_ROWS 200000               /* a province of 50,000 items, with their materials */
#define TONG_SHEET_COLUMNS 256
#define TONG_SHEET_CELLS 8000000
#define TONG_SHEET_TEXT (256u << 20)         /* bytes of all cells together */
#define TONG_SHEET_CELL 131068               /* bytes; Excel holds 32,767 characters in a cell */
#define TONG_SHEET_CELL_CHARACTERS 32767
#define TONG_SHEET_MERGES 100000

#endif
