/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Where the registry is kept, as cm sees it: a table of procedures in the host's calling
 * convention, in types of C only, so that whoever implements it need not know the kernel. cm has
 * the whole tree in memory; a storage gives it once, at the start, and is told every change
 * afterwards. No storage (NULL): a throw-away machine.
 *
 * A key is named by a number that never changes and is never used again; 0 stands for \Registry
 * itself. Volatile keys and what is in them are never told. Strings are UTF-16, counted in bytes,
 * without an end.
 *
 * Calls come one at a time, at any moment, on any thread of the machine, and may block. A change is
 * made in memory only after its procedure has returned 0; any other value is the NTSTATUS the
 * caller of the service gets, and nothing has changed.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct cm_storage_text {
    const uint16_t *text;
    size_t bytes;
};

#define CM_STORAGE_LINK 1u /* the key is a symbolic link */

struct cm_storage_key {
    uint64_t id, parent;
    struct cm_storage_text name, class_name;
    uint32_t flags;          /* CM_STORAGE_* */
    int64_t last_write_time; /* 100 ns since 1601, UTC */
    const void *security;    /* self-relative descriptor; NULL: the parent's is inherited */
    size_t security_bytes;
};

/* What load gives the tree to; each returns 0 or an NTSTATUS, with which load then ends. A parent
 * comes before its keys. */
struct cm_storage_sink {
    void *context;
    int32_t (*key)(void *context, const struct cm_storage_key *key);
    int32_t (*value)(void *context, uint64_t key, struct cm_storage_text name, uint32_t type,
        const void *data, size_t data_bytes);
};

struct cm_storage {
    void *context;
    int32_t (*load)(void *context, const struct cm_storage_sink *sink);
    /* These three also write the key it is in, which gets the same last_write_time. */
    int32_t (*key_created)(void *context, const struct cm_storage_key *key);
    /* it has no keys; its values go too */
    int32_t (*key_deleted)(void *context, uint64_t key, int64_t last_write_time);
    int32_t (*key_renamed)(
        void *context, uint64_t key, struct cm_storage_text name, int64_t last_write_time);
    int32_t (*key_touched)(void *context, uint64_t key, int64_t last_write_time);
    int32_t (*key_secured)(
        void *context, uint64_t key, const void *security, size_t security_bytes);
    int32_t (*value_set)(void *context, uint64_t key, struct cm_storage_text name, uint32_t type,
        const void *data, size_t data_bytes, int64_t last_write_time);
    int32_t (*value_deleted)(
        void *context, uint64_t key, struct cm_storage_text name, int64_t last_write_time);
    int32_t (*flush)(void *context); /* what was told so far survives loss of power */
};
