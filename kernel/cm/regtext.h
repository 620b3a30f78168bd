/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The parser of .reg files: from the bytes of a file to what is to be done, one entry at a time.
 * Pure: it calls nobody but the sink, allocates nothing and keeps no state, so that the kernel, the
 * command and a fuzzer share it.
 *
 * Both kinds of file are read: "Windows Registry Editor Version 5.00" and "REGEDIT4", in UTF-16LE
 * with its mark, in UTF-8 with or without, and what is neither in Windows-1252. Lines end in CRLF,
 * LF or CR.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <uchar.h>

enum cm_reg_action {
    CM_REG_KEY,
    CM_REG_DELETE_KEY,
    CM_REG_VALUE,
    CM_REG_DELETE_VALUE
};

struct cm_reg_entry {
    enum cm_reg_action action;
    unsigned line;        /* where it starts, from 1 */
    const char16_t *key;  /* as the file has it: "HKEY_LOCAL_MACHINE\…"; not terminated */
    size_t key_length;    /* characters, 1 to CM_REG_TEXT_LIMIT */
    const char16_t *name; /* of a value */
    size_t name_length;   /* characters; 0: the default value */
    uint32_t type;        /* REG_* */
    const void *data;     /* as it goes into the registry: text is UTF-16LE. Aligned to 2 */
    size_t data_bytes;
};

#define CM_REG_TEXT_LIMIT 32766u

/* Returns 0, or a status with which the parser ends. Pointers of the entry are good until it
 * returns. */
typedef int32_t (*cm_reg_sink)(void *context, const struct cm_reg_entry *entry);

/* Bytes of memory cm_reg_parse needs for a file. */
static inline size_t cm_reg_work_bytes(size_t file_bytes)
{
    return (file_bytes + 1) * sizeof(char16_t);
}

/*
 * work: cm_reg_work_bytes(file_bytes), aligned to 2. sink: NULL, the file is only checked. *line:
 * of the failure. Returns 0; what the sink returned (*reason NULL); or CM_REG_MALFORMED, and
 * *reason says what is wrong there.
 */
int32_t cm_reg_parse(const void *file, size_t file_bytes, void *work, cm_reg_sink sink,
    void *context, unsigned *line, const char **reason);

#define CM_REG_MALFORMED ((int32_t)0xC000000D) /* STATUS_INVALID_PARAMETER */
