/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The supervisor's end of a remote store. What comes from the machine's process is believed in
 * nothing: a driver may have written all over it. Lengths are checked here, numbers and names by
 * the storage.
 */
#include <stdlib.h>
#include <sys/socket.h>

#include "nt/ntstatus.h"
#include "server/store_remote.h"
#include "server/store_wire.h"

struct store_server {
    struct store_channel channel;
    const struct cm_storage *storage;
    bool greeted;
};

/* ---- loading: what the storage gives goes out as messages ------------------------------------ */

static bool store_serve_fits(uint64_t name, uint64_t class_name, uint64_t data)
{
    return name <= UINT16_MAX && class_name <= UINT16_MAX && data <= STORE_WIRE_DATA_LIMIT;
}

static int32_t store_serve_key(void *context, const struct cm_storage_key *key)
{
    struct store_server *server = context;
    if (!store_serve_fits(key->name.bytes, key->class_name.bytes, key->security_bytes))
        return STATUS_REGISTRY_CORRUPT;
    struct store_wire message = {.verb = STORE_WIRE_KEY_CREATED,
        .key = key->id,
        .parent = key->parent,
        .type = key->flags,
        .time = key->last_write_time,
        .name_bytes = (uint32_t)key->name.bytes,
        .class_bytes = (uint32_t)key->class_name.bytes,
        .data_bytes = (uint32_t)key->security_bytes,
        .has_security = key->security != NULL};
    return store_channel_send(
               &server->channel, &message, key->name.text, key->class_name.text, key->security)
        ? 0
        : STATUS_HOST_DOWN;
}

static int32_t store_serve_value(void *context, uint64_t key, struct cm_storage_text name,
    uint32_t type, const void *data, size_t data_bytes)
{
    struct store_server *server = context;
    if (!store_serve_fits(name.bytes, 0, data_bytes))
        return STATUS_REGISTRY_CORRUPT;
    struct store_wire message = {.verb = STORE_WIRE_VALUE_SET, .key = key, .type = type,
        .name_bytes = (uint32_t)name.bytes, .data_bytes = (uint32_t)data_bytes};
    return store_channel_send(&server->channel, &message, name.text, NULL, data) ? 0
                                                                                 : STATUS_HOST_DOWN;
}

static int32_t store_serve_load(struct store_server *server)
{
    const struct cm_storage_sink sink = {server, store_serve_key, store_serve_value};
    return server->storage->load(server->storage->context, &sink);
}

/* ---- requests -------------------------------------------------------------------------------- */

static int32_t store_serve_hello(struct store_server *server, const struct store_wire *message)
{
    server->greeted = message->type == STORE_WIRE_VERSION;
    return server->greeted ? 0 : STATUS_REVISION_MISMATCH;
}

static int32_t store_serve_create(const struct cm_storage *storage,
    const struct store_wire *message, const struct store_wire_parts *parts)
{
    const struct cm_storage_key key = {.id = message->key,
        .parent = message->parent,
        .name = {parts->name, message->name_bytes},
        .class_name = {parts->class_name, message->class_bytes},
        .flags = message->type,
        .last_write_time = message->time,
        .security = message->has_security ? parts->data : NULL,
        .security_bytes = message->has_security ? message->data_bytes : 0};
    return storage->key_created(storage->context, &key);
}

static int32_t store_serve_request(struct store_server *server, const struct store_wire *message)
{
    const struct cm_storage *storage = server->storage;
    struct store_wire_parts parts;
    if (!store_wire_split(message, &parts))
        return STATUS_INVALID_PARAMETER;
    if (message->verb == STORE_WIRE_HELLO)
        return store_serve_hello(server, message);
    if (!server->greeted)
        return STATUS_REVISION_MISMATCH;
    const struct cm_storage_text name = {parts.name, message->name_bytes};
    switch (message->verb) {
    case STORE_WIRE_LOAD:
        return store_serve_load(server);
    case STORE_WIRE_KEY_CREATED:
        return store_serve_create(storage, message, &parts);
    case STORE_WIRE_KEY_DELETED:
        return storage->key_deleted(storage->context, message->key, message->time);
    case STORE_WIRE_KEY_RENAMED:
        return storage->key_renamed(storage->context, message->key, name, message->time);
    case STORE_WIRE_KEY_TOUCHED:
        return storage->key_touched(storage->context, message->key, message->time);
    case STORE_WIRE_KEY_SECURED:
        return storage->key_secured(
            storage->context, message->key, parts.data, message->data_bytes);
    case STORE_WIRE_VALUE_SET:
        return storage->value_set(storage->context, message->key, name, message->type, parts.data,
            message->data_bytes, message->time);
    case STORE_WIRE_VALUE_DELETED:
        return storage->value_deleted(storage->context, message->key, name, message->time);
    case STORE_WIRE_FLUSH:
        return storage->flush(storage->context);
    default:
        return STATUS_INVALID_DEVICE_REQUEST;
    }
}

bool store_server_answer(struct store_server *server)
{
    const struct store_wire *message;
    if (!store_channel_receive(&server->channel, &message))
        return false;
    struct store_wire reply = {.verb = STORE_WIRE_REPLY, .type = STORE_WIRE_VERSION};
    reply.status = store_serve_request(server, message);
    return store_channel_send(&server->channel, &reply, NULL, NULL, NULL) &&
        store_channel_flush(&server->channel);
}

bool store_server_pending(const struct store_server *server)
{
    return server->channel.at < server->channel.filled;
}

/* ---- opening and closing --------------------------------------------------------------------- */

struct store_server *store_server_open(int socket, const struct cm_storage *storage)
{
    struct store_server *server = calloc(1, sizeof(*server));
    if (server == NULL)
        return NULL;
    server->storage = storage;
    if (store_channel_open(&server->channel, socket))
        return server;
    free(server);
    return NULL;
}

void store_server_close(struct store_server *server)
{
    if (server == NULL)
        return;
    store_channel_close(&server->channel);
    free(server);
}

int32_t store_serve(int socket, const struct cm_storage *storage)
{
    struct store_server *server = store_server_open(socket, storage);
    const bool served = server != NULL;
    while (served && store_server_answer(server))
        continue;
    shutdown(socket, SHUT_RDWR); /* who waits for an answer learns that there will be none */
    store_server_close(server);
    return served ? 0 : STATUS_INSUFFICIENT_RESOURCES;
}
