/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* See logged.h. */
#include "client.h"

#include "logged.h"

#include <string.h>

#include "json.h"
#include "rtl/status.h"
#include "visible.h"

/* A driver's choice, for a terminal. */
static void print_name(FILE *file, const char *name, const char *none)
{
    const char *text = name[0] != '\0' ? name : none;

    visible_print(file, text, strlen(text));
}

void logged_text(FILE *file, const struct logged *logged, uint64_t now, bool first)
{
    char text[KD_REQUEST_TEXT];

    if (first) {
        fputs("requests of driver ", file);
        print_name(file, logged->driver, "?");
        fputs(", device ", file);
        print_name(file, logged->device, "without a name");
        fputc('\n', file);
    }
    KdDescribeRequest(logged->request, now, text);
    fprintf(file, "  %s\n", text);
}

void logged_json(FILE *file, const struct logged *logged, uint64_t now)
{
    const KD_LOGGED_REQUEST *request = logged->request;
    const char *minor = KdMinorName(request->Major, request->Minor),
               *status = RtlpStatusName((NTSTATUS)request->Status);
    json_object *object = json_object_new_object();
    char name[64];

    snprintf(name, sizeof(name), "IRP_MJ_%s", KdMajorName(request->Major));
    json_add_string(object, "request", name);
    if (minor[0] != '\0') {
        snprintf(name, sizeof(name), "IRP_MN_%s", minor);
        json_add_string(object, "minor", name);
    }
    json_add_string(object, "driver", logged->driver);
    json_add_string(object, "device", logged->device);
    json_add_hex(object, "irp", request->Irp, 1);
    json_add_number(object, "microseconds_ago",
        now > request->Time100ns ? (int64_t)(now - request->Time100ns) / 10 : 0);
    json_add_number(object, "thread", request->ThreadNumber);
    if (request->ControlCode != 0)
        json_add_hex(object, "control_code", request->ControlCode, 8);
    json_add_number(object, "input_bytes", request->InputBytes);
    json_add_number(object, "output_bytes", request->OutputBytes);
    if (request->Completed) {
        json_add_hex(object, "status", request->Status, 8);
        json_add_string(object, "status_name", status);
        json_add_hex(object, "information", request->Information, 1);
    }
    json_write(file, object);
}
