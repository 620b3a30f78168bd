/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * A cm_storage that asks the supervisor: each procedure is a message and its reply. cm calls one at
 * a time. Links libc only.
 */
#include <stdlib.h>

#include "nt/ntstatus.h"
#include "server/store_remote.h"
#include "server/store_wire.h"

struct store_remote {
    struct store_channel channel;
    struct cm_storage storage;
};

/* A message that is too large would end the connection. */
static bool store_remote_fits(uint64_t name_bytes, uint64_t data_bytes)
{
    return name_bytes <= UINT16_MAX && data_bytes <= STORE_WIRE_DATA_LIMIT;
}

/* *reply is good until the next message. */
static int32_t store_remote_ask(struct store_remote *remote, struct store_wire *message,
    const void *name, const void *class_name, const void *data, const struct store_wire **reply)
{
    if (!store_channel_send(&remote->channel, message, name, class_name, data) ||
        !store_channel_flush(&remote->channel) || !store_channel_receive(&remote->channel, reply))
        return STATUS_HOST_DOWN;
    return 0;
}

static int32_t store_remote_tell(struct store_remote *remote, struct store_wire message,
    const void *name, const void *class_name, const void *data)
{
    const struct store_wire *reply;
    int32_t status = store_remote_ask(remote, &message, name, class_name, data, &reply);
    if (status != 0)
        return status;
    if (reply->verb == STORE_WIRE_REPLY)
        return reply->status;
    remote->channel.socket = -1;
    return STATUS_HOST_DOWN;
}

/* ---- changes --------------------------------------------------------------------------------- */

static int32_t store_remote_key_created(void *context, const struct cm_storage_key *key)
{
    if (!store_remote_fits(key->name.bytes | key->class_name.bytes, key->security_bytes))
        return STATUS_REGISTRY_QUOTA_LIMIT;
    return store_remote_tell(context,
        (struct store_wire){.verb = STORE_WIRE_KEY_CREATED,
            .key = key->id,
            .parent = key->parent,
            .type = key->flags,
            .time = key->last_write_time,
            .name_bytes = (uint32_t)key->name.bytes,
            .class_bytes = (uint32_t)key->class_name.bytes,
            .data_bytes = key->security != NULL ? (uint32_t)key->security_bytes : 0,
            .has_security = key->security != NULL},
        key->name.text, key->class_name.text, key->security);
}

static int32_t store_remote_key_deleted(void *context, uint64_t key, int64_t last_write_time)
{
    return store_remote_tell(context,
        (struct store_wire){.verb = STORE_WIRE_KEY_DELETED, .key = key, .time = last_write_time},
        NULL, NULL, NULL);
}

static int32_t store_remote_key_renamed(
    void *context, uint64_t key, struct cm_storage_text name, int64_t last_write_time)
{
    if (!store_remote_fits(name.bytes, 0))
        return STATUS_REGISTRY_QUOTA_LIMIT;
    return store_remote_tell(context,
        (struct store_wire){.verb = STORE_WIRE_KEY_RENAMED, .key = key, .time = last_write_time,
            .name_bytes = (uint32_t)name.bytes},
        name.text, NULL, NULL);
}

static int32_t store_remote_key_touched(void *context, uint64_t key, int64_t last_write_time)
{
    return store_remote_tell(context,
        (struct store_wire){.verb = STORE_WIRE_KEY_TOUCHED, .key = key, .time = last_write_time},
        NULL, NULL, NULL);
}

static int32_t store_remote_key_secured(
    void *context, uint64_t key, const void *security, size_t security_bytes)
{
    if (!store_remote_fits(0, security_bytes))
        return STATUS_REGISTRY_QUOTA_LIMIT;
    return store_remote_tell(context,
        (struct store_wire){
            .verb = STORE_WIRE_KEY_SECURED, .key = key, .data_bytes = (uint32_t)security_bytes},
        NULL, NULL, security);
}

static int32_t store_remote_value_set(void *context, uint64_t key, struct cm_storage_text name,
    uint32_t type, const void *data, size_t data_bytes, int64_t last_write_time)
{
    if (!store_remote_fits(name.bytes, data_bytes))
        return STATUS_REGISTRY_QUOTA_LIMIT;
    return store_remote_tell(context,
        (struct store_wire){.verb = STORE_WIRE_VALUE_SET,
            .key = key,
            .type = type,
            .time = last_write_time,
            .name_bytes = (uint32_t)name.bytes,
            .data_bytes = (uint32_t)data_bytes},
        name.text, NULL, data);
}

static int32_t store_remote_value_deleted(
    void *context, uint64_t key, struct cm_storage_text name, int64_t last_write_time)
{
    if (!store_remote_fits(name.bytes, 0))
        return STATUS_REGISTRY_QUOTA_LIMIT;
    return store_remote_tell(context,
        (struct store_wire){.verb = STORE_WIRE_VALUE_DELETED, .key = key, .time = last_write_time,
            .name_bytes = (uint32_t)name.bytes},
        name.text, NULL, NULL);
}

static int32_t store_remote_flush(void *context)
{
    return store_remote_tell(
        context, (struct store_wire){.verb = STORE_WIRE_FLUSH}, NULL, NULL, NULL);
}

/* ---- loading --------------------------------------------------------------------------------- */

static int32_t store_remote_give(
    const struct store_wire *message, const struct cm_storage_sink *sink)
{
    struct store_wire_parts parts;
    if (!store_wire_split(message, &parts))
        return STATUS_REGISTRY_CORRUPT;
    const struct cm_storage_text name = {parts.name, message->name_bytes};
    if (message->verb == STORE_WIRE_VALUE_SET)
        return sink->value(
            sink->context, message->key, name, message->type, parts.data, message->data_bytes);
    const struct cm_storage_key key = {.id = message->key, .parent = message->parent, .name = name,
        .class_name = {parts.class_name, message->class_bytes}, .flags = message->type,
        .last_write_time = message->time, .security = message->has_security ? parts.data : NULL,
        .security_bytes = message->data_bytes};
    return sink->key(sink->context, &key);
}

/* What comes after the sink has refused something is dropped. */
static int32_t store_remote_load(void *context, const struct cm_storage_sink *sink)
{
    struct store_remote *remote = context;
    struct store_wire message = {.verb = STORE_WIRE_LOAD};
    const struct store_wire *reply;
    int32_t refused = 0;
    int32_t status = store_remote_ask(remote, &message, NULL, NULL, NULL, &reply);
    while (status == 0 &&
        (reply->verb == STORE_WIRE_KEY_CREATED || reply->verb == STORE_WIRE_VALUE_SET)) {
        if (refused == 0)
            refused = store_remote_give(reply, sink);
        if (!store_channel_receive(&remote->channel, &reply))
            status = STATUS_HOST_DOWN;
    }
    if (status == 0 && reply->verb != STORE_WIRE_REPLY) {
        remote->channel.socket = -1;
        status = STATUS_HOST_DOWN;
    }
    return status != 0 ? status : refused != 0 ? refused : reply->status;
}

/* ---- opening and closing --------------------------------------------------------------------- */

int32_t store_remote_open(int socket, struct store_remote **opened)
{
    struct store_remote *remote = calloc(1, sizeof(*remote));
    if (remote == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    int32_t status = STATUS_INSUFFICIENT_RESOURCES;
    if (store_channel_open(&remote->channel, socket))
        status = store_remote_tell(remote,
            (struct store_wire){.verb = STORE_WIRE_HELLO, .type = STORE_WIRE_VERSION}, NULL, NULL,
            NULL);
    if (status != 0) {
        store_remote_close(remote);
        return status;
    }
    remote->storage = (struct cm_storage){remote, store_remote_load, store_remote_key_created,
        store_remote_key_deleted, store_remote_key_renamed, store_remote_key_touched,
        store_remote_key_secured, store_remote_value_set, store_remote_value_deleted,
        store_remote_flush};
    *opened = remote;
    return 0;
}

void store_remote_close(struct store_remote *remote)
{
    if (remote == NULL)
        return;
    store_channel_close(&remote->channel);
    free(remote);
}

const struct cm_storage *store_remote_storage(struct store_remote *remote)
{
    return &remote->storage;
}
