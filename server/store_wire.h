/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What goes over the socket of a remote store: messages of a head and, each padded to 8 bytes,
 * name, class and data. The machine sends one with a verb and gets a STORE_WIRE_REPLY with a
 * status; only LOAD is answered by any number of KEY_CREATED and VALUE_SET before its reply. The
 * first message is HELLO with the protocol's version in type; the reply has the server's.
 *
 * Both ends run on one computer, so numbers are in its order; they may differ in word size.
 */
#pragma once

#include <stdint.h>

#define STORE_WIRE_VERSION 1u
/* bytes of a value, of which SQLite takes no more either */
#define STORE_WIRE_DATA_LIMIT 1000000000u
#define STORE_WIRE_LIMIT (STORE_WIRE_DATA_LIMIT + 0x40000u) /* of a message */
#define STORE_WIRE_MARK 0x73746F72u

enum store_wire_verb {
    STORE_WIRE_HELLO = 1,
    STORE_WIRE_LOAD,
    STORE_WIRE_KEY_CREATED,
    STORE_WIRE_KEY_DELETED,
    STORE_WIRE_KEY_RENAMED,
    STORE_WIRE_KEY_TOUCHED,
    STORE_WIRE_KEY_SECURED,
    STORE_WIRE_VALUE_SET,
    STORE_WIRE_VALUE_DELETED,
    STORE_WIRE_FLUSH,
    STORE_WIRE_REPLY,
};

struct store_wire {
    uint32_t mark, bytes; /* of the whole message */
    uint16_t verb, has_security;
    int32_t status; /* of a reply */
    uint64_t key, parent;
    int64_t time;
    uint32_t type; /* a value's type, a key's flags, HELLO's version */
    uint32_t name_bytes, class_bytes, data_bytes;
    uint64_t reserved;
};
_Static_assert(sizeof(struct store_wire) == 64, "the same for both word sizes");

static inline uint64_t store_wire_padded(uint32_t bytes)
{
    return ((uint64_t)bytes + 7) & ~(uint64_t)7;
}

/* Where the parts of a whole message are. */
struct store_wire_parts {
    const uint16_t *name, *class_name;
    const void *data;
};

/* False: the parts do not make up the message, or are no text. message is followed by its parts. */
static inline _Bool store_wire_split(
    const struct store_wire *message, struct store_wire_parts *parts)
{
    const unsigned char *at = (const unsigned char *)(message + 1);
    uint64_t name = store_wire_padded(message->name_bytes),
             class_name = store_wire_padded(message->class_bytes);
    if (sizeof(*message) + name + class_name + store_wire_padded(message->data_bytes) !=
            message->bytes ||
        ((message->name_bytes | message->class_bytes) & 1) != 0)
        return 0;
    parts->name = (const uint16_t *)(const void *)at;
    parts->class_name = (const uint16_t *)(const void *)(at + name);
    parts->data = at + name + class_name;
    return 1;
}

/* ---- a socket with a buffer: store_channel.c ------------------------------------------------- */

struct store_channel {
    int socket; /* -1: dead; every call fails */
    unsigned char *in; /* at: what has been read of it, filled: how much there is */
    uint32_t in_bytes, at, filled;
    unsigned char *out;
    uint32_t out_filled;
};

/*
 * Blocking. Each false: the other end is gone, or sent what is no message, or there is no memory;
 * the channel is dead then.
 */
_Bool store_channel_open(struct store_channel *channel, int socket);
void store_channel_close(struct store_channel *channel); /* leaves the socket open */
/* The message is good until the next receive. */
_Bool store_channel_receive(struct store_channel *channel, const struct store_wire **message);
/* Sets mark and bytes. Nothing is on its way before flush, or until much has been gathered. */
_Bool store_channel_send(struct store_channel *channel, struct store_wire *message,
    const void *name, const void *class_name, const void *data);
_Bool store_channel_flush(struct store_channel *channel);
