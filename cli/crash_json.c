/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A crash as members of a JSON object, for programs: the same facts as the report. Addresses are
 * strings "0x…". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crash.h"

#include "io/leak.h"
#include "nt/ntimage.h"
#include "rtl/status.h"

/* ---- Pieces ---------------------------------------------------------------------------------- */

static void add_address(json_object *object, const char *key, uint64_t address)
{
    json_add_hex(object, key, address, 1);
}

static void add_text(json_object *object, const char *key, const char *text)
{
    if (text != NULL && text[0] != '\0')
        json_add_text(object, key, text, strlen(text));
}

static void append(json_object *array, json_object *object)
{
    json_object_array_add(array, object);
}

/* {"address", "module", "offset", "function", "file", "line"}: what is known of them. */
static json_object *make_place(const struct crash_names *names, uint64_t address, bool exact)
{
    const KD_CRASH *crash = names->crash;
    const KD_CRASH_MODULE *module = KdCrashModule(crash, address);
    const struct symbol_place *place = crash_place(names, address, exact);
    json_object *object = json_object_new_object();
    char text[256];

    add_address(object, "address", address);
    if (module != NULL) {
        add_text(object, "module", module->Name);
        add_address(object, "offset", address - module->Base);
    }
    if (module != NULL && module->Own) {
        KdDescribeAddress(crash, address, text, sizeof(text));
        add_text(object, "function", strchr(text, '!') != NULL ? strchr(text, '!') + 1 : "");
    }
    if (place != NULL) {
        add_text(object, "function", place->function);
        add_text(object, "file", place->file);
        if (place->file[0] != '\0')
            json_add_number(object, "line", place->line);
    }
    return object;
}

static void add_place(json_object *object, const char *key, const struct crash_names *names,
    uint64_t address, bool exact)
{
    if (address != 0)
        json_object_object_add(object, key, make_place(names, address, exact));
}

/* ---- Parts ----------------------------------------------------------------------------------- */

static void add_words(json_object *object, const KD_CRASH *crash)
{
    json_object *meanings = json_object_new_array();
    KD_BUGCHECK_WORDS words;
    char text[400];

    KdDescribeBugcheck(crash->Code, crash->Parameter, &words);
    add_text(object, "name", words.Name);
    add_text(object, "meaning", words.Meaning);
    for (size_t i = 0; i < 4; i++) {
        snprintf(text, sizeof(text), "%s%s%s", words.Parameter[i],
            words.Value[i][0] != '\0' ? ": " : "", words.Value[i]);
        append(meanings, json_object_new_string(text));
    }
    json_object_object_add(object, "parameter_meanings", meanings);
    add_text(object, "likely_cause", KdCrashCause(crash, words.Cause));
    add_text(object, "detail", crash->Detail);
}

static void add_driver(json_object *object, const struct crash_names *names)
{
    const KD_CRASH *crash = names->crash;

    if (crash->Culprit == KD_CRASH_NONE)
        return;
    add_text(object, "driver", crash->Module[crash->Culprit].Name);
    add_text(object, "driver_path", crash->Module[crash->Culprit].HostPath);
    add_place(object, "place", names, crash->CulpritAddress, KdCulpritIsExact(crash));
}

static void add_who(json_object *object, const KD_CRASH *crash)
{
    add_text(object, "process", crash->ProcessName);
    json_add_number(object, "process_id", crash->ProcessNumber);
    json_add_number(object, "thread_id", crash->ThreadNumber);
    json_add_number(object, "host_thread", crash->ThreadId);
    json_add_number(object, "irql", crash->Irql);
    json_add_string(object, "previous_mode", crash->Mode != 0 ? "user" : "kernel");
}

static void add_exception(json_object *object, const struct crash_names *names)
{
    const KD_CRASH *crash = names->crash;
    json_object *exception = json_object_new_object(), *parameters = json_object_new_array();
    char text[24];

    if (crash->IsException) {
        json_add_hex(exception, "code", crash->ExceptionCode, 8);
        add_text(exception, "name", RtlpStatusName((NTSTATUS)crash->ExceptionCode));
        add_place(exception, "place", names, crash->ExceptionAddress, true);
        for (ULONG i = 0; i < crash->ExceptionParameters; i++) {
            snprintf(
                text, sizeof(text), "0x%llX", (unsigned long long)crash->ExceptionInformation[i]);
            append(parameters, json_object_new_string(text));
        }
        json_object_object_add(exception, "parameters", parameters);
        json_object_object_add(object, "exception", exception);
        return;
    }
    json_object_put(exception);
    json_object_put(parameters);
}

static void add_registers(json_object *object, const KD_CRASH *crash)
{
    ULONG count, general;
    const KD_REGISTER *registers = KdRegisters(crash->Machine, &count, &general);
    json_object *values = json_object_new_object();

    for (ULONG i = 0; i < count; i++)
        add_address(values, registers[i].Name, KdRegisterValue(crash, &registers[i]));
    json_object_object_add(object, "registers", values);
}

static void add_code(json_object *object, const struct crash_names *names)
{
    json_object *code = json_object_new_array();

    for (size_t i = names->code_first; i < names->code_end; i++) {
        const struct crash_instruction *known = &names->code[i];
        json_object *instruction = json_object_new_object();
        add_address(instruction, "address", known->address);
        json_add_bytes(instruction, "bytes",
            (const char *)names->crash->CodeText + (known->address - names->crash->CodeAddress),
            known->length);
        json_add_string(instruction, "text", known->text);
        if (known->target != 0)
            add_place(instruction, "target", names, known->target, true);
        add_text(instruction, "import", known->import);
        if (known->blamed)
            json_object_object_add(instruction, "blamed", json_object_new_boolean(1));
        append(code, instruction);
    }
    json_object_object_add(object, "code", code);
}

static void add_stack(json_object *object, const struct crash_names *names)
{
    const KD_CRASH *crash = names->crash;
    json_object *stack = json_object_new_array(), *earlier = json_object_new_array();

    for (ULONG i = 0; i < crash->FrameCount; i++)
        append(stack, make_place(names, crash->Frame[i], i == 0));
    json_object_object_add(object, "stack", stack);
    for (ULONG i = 0; i < crash->EarlierCount; i++) {
        json_object *one = json_object_new_object(), *frames = json_object_new_array();
        add_text(one, "title", crash->Earlier[i].Title);
        for (ULONG j = 0; j < crash->Earlier[i].FrameCount; j++)
            append(frames, make_place(names, crash->Earlier[i].Frame[j], false));
        json_object_object_add(one, "stack", frames);
        append(earlier, one);
    }
    if (crash->EarlierCount > 0)
        json_object_object_add(object, "earlier_stacks", earlier);
    else
        json_object_put(earlier);
}

static void add_function(json_object *object, UCHAR major, UCHAR minor)
{
    char text[80];

    json_add_number(object, "major", major);
    snprintf(text, sizeof(text), "IRP_MJ_%s", KdMajorName(major));
    json_add_string(object, "major_name", text);
    json_add_number(object, "minor", minor);
    snprintf(text, sizeof(text), "IRP_MN_%s", KdMinorName(major, minor));
    if (KdMinorName(major, minor)[0] != '\0')
        json_add_string(object, "minor_name", text);
}

/* When, in seconds since the machine started. */
static void add_time(json_object *object, const KD_CRASH *crash, ULONG64 time)
{
    json_object_object_add(object, "time",
        json_object_new_double(
            ((double)(int64_t)(time - crash->TimeUtc) + (double)crash->Uptime100ns) / 1e7));
}

static json_object *make_location(
    const struct crash_names *names, const KD_CRASH_LOCATION *location)
{
    json_object *object = json_object_new_object();
    char text[160];

    add_function(object, location->Major, location->Minor);
    if (location->ControlCode != 0) {
        json_add_hex(object, "control_code", location->ControlCode, 8);
        KdDescribeControlCode(location->ControlCode, text, sizeof(text));
        json_add_string(object, "control_code_meaning", text);
    }
    add_text(object, "driver", location->Driver);
    add_text(object, "device_name", location->DeviceName);
    add_address(object, "device", location->Device);
    add_address(object, "file_object", location->File);
    add_place(object, "completion_routine", names, location->Routine, true);
    return object;
}

static void add_irps(json_object *object, const struct crash_names *names)
{
    json_object *irps = json_object_new_array();

    for (ULONG i = 0; i < names->crash->IrpCount; i++) {
        const KD_CRASH_IRP *known = &names->crash->Irp[i];
        json_object *irp = json_object_new_object(), *locations = json_object_new_array();
        add_address(irp, "address", known->Address);
        if (known->Parameter != 0)
            json_add_number(irp, "parameter", known->Parameter);
        json_object_object_add(irp, "freed", json_object_new_boolean(known->Freed != 0));
        json_add_number(irp, "stack_count", known->StackCount);
        json_add_number(irp, "current_location", known->Current);
        json_add_string(irp, "requestor_mode", known->Mode != 0 ? "user" : "kernel");
        json_add_hex(irp, "status", known->Status, 8);
        add_text(irp, "status_name", RtlpStatusName((NTSTATUS)known->Status));
        add_address(irp, "information", known->Information);
        add_place(irp, "issued_by", names, known->Site, false);
        add_place(irp, "cancel_routine", names, known->CancelRoutine, true);
        add_text(irp, "file", known->File);
        for (ULONG j = 0; j < known->LocationCount; j++)
            append(locations, make_location(names, &known->Location[j]));
        json_object_object_add(irp, "locations", locations);
        append(irps, irp);
    }
    json_object_object_add(object, "irps", irps);
}

static json_object *make_logged(const KD_CRASH *crash, const KD_LOGGED_REQUEST *request)
{
    json_object *object = json_object_new_object();

    add_address(object, "irp", request->Irp);
    add_time(object, crash, request->Time100ns);
    json_add_number(object, "thread", request->ThreadNumber);
    add_function(object, request->Major, request->Minor);
    if (request->ControlCode != 0)
        json_add_hex(object, "control_code", request->ControlCode, 8);
    json_add_number(object, "input_bytes", request->InputBytes);
    json_add_number(object, "output_bytes", request->OutputBytes);
    json_object_object_add(object, "completed", json_object_new_boolean(request->Completed != 0));
    if (request->Completed != 0) {
        json_add_hex(object, "status", request->Status, 8);
        add_text(object, "status_name", RtlpStatusName((NTSTATUS)request->Status));
        add_address(object, "information", request->Information);
    }
    return object;
}

/* The last requests of each device, oldest first; without the verifier's irp_logging there are
 * none. */
static void add_logs(json_object *object, const KD_CRASH *crash)
{
    json_object *logs = json_object_new_array();

    for (ULONG i = 0; i < crash->DeviceLogCount; i++) {
        const KD_DEVICE_LOG *known = &crash->DeviceLog[i];
        json_object *log = json_object_new_object(), *requests = json_object_new_array();
        add_address(log, "device", known->Device);
        add_text(log, "driver", known->Driver);
        add_text(log, "device_name", known->Name);
        json_add_number(log, "count", known->Count);
        for (ULONG j = 0; j < known->Count && j < KD_CRASH_REQUESTS; j++)
            append(requests, make_logged(crash, &known->Request[j]));
        json_object_object_add(log, "requests", requests);
        append(logs, log);
    }
    if (crash->DeviceLogCount != 0)
        json_object_object_add(object, "device_requests", logs);
    else
        json_object_put(logs);
}

static void add_pools(json_object *object, const struct crash_names *names)
{
    json_object *pools = json_object_new_array();
    char tag[5];

    for (ULONG i = 0; i < names->crash->PoolCount; i++) {
        const KD_CRASH_POOL *known = &names->crash->Pool[i];
        json_object *pool = json_object_new_object();
        add_address(pool, "asked", known->Asked);
        if (known->Parameter != 0)
            json_add_number(pool, "parameter", known->Parameter);
        add_address(pool, "block", known->Block);
        json_add_number(pool, "bytes", (int64_t)known->Bytes);
        json_add_string(pool, "tag", IopTagText(known->Tag, tag));
        json_object_object_add(pool, "paged", json_object_new_boolean(known->Paged != 0));
        json_object_object_add(pool, "freed", json_object_new_boolean(known->Freed != 0));
        add_place(pool, "allocated_by", names, known->Site, false);
        append(pools, pool);
    }
    json_object_object_add(object, "pool_blocks", pools);
}

static void add_threads(json_object *object, const KD_CRASH *crash)
{
    json_object *threads = json_object_new_array();

    for (ULONG i = 0; i < crash->ThreadCount; i++) {
        const KD_CRASH_THREAD *known = &crash->KernelThread[i];
        json_object *thread = json_object_new_object();
        json_add_number(thread, "id", known->Number);
        add_address(thread, "object", known->Thread);
        add_text(thread, "process", known->Process);
        json_object_object_add(thread, "system", json_object_new_boolean(known->System != 0));
        json_object_object_add(thread, "waits", json_object_new_boolean(known->Waiting != 0));
        append(threads, thread);
    }
    json_object_object_add(object, "threads", threads);
}

static void add_lines(json_object *object, const KD_CRASH *crash)
{
    json_object *lines = json_object_new_array();

    for (ULONG i = 0; i < crash->LineCount; i++) {
        const KD_CRASH_LINE *known = &crash->Line[i];
        json_object *line = json_object_new_object();
        json_add_text(line, "log", known->Text, strlen(known->Text));
        add_text(line, "source", known->Source);
        add_time(line, crash, known->Time100ns);
        json_add_number(line, "thread", known->ThreadId);
        append(lines, line);
    }
    json_object_object_add(object, "last_lines", lines);
}

static void add_modules(json_object *object, const KD_CRASH *crash)
{
    json_object *modules = json_object_new_array();

    for (ULONG i = 0; i < crash->ModuleCount; i++) {
        const KD_CRASH_MODULE *known = &crash->Module[i];
        json_object *module = json_object_new_object();
        add_text(module, "name", known->Name);
        add_address(module, "base", known->Base);
        json_add_number(module, "size", known->Size);
        if (!known->Own)
            json_add_hex(module, "timestamp", known->TimeDateStamp, 8);
        add_text(module, "version", known->Version);
        add_text(module, "path", known->HostPath);
        append(modules, module);
    }
    json_object_object_add(object, "modules", modules);
}

static void add_machine(json_object *object, const KD_CRASH *crash)
{
    json_object *machine = json_object_new_object();

    add_text(machine, "os", crash->OsName);
    json_add_number(machine, "build", crash->Build);
    json_add_string(machine, "arch", crash->Machine == IMAGE_FILE_MACHINE_AMD64 ? "x64" : "x86");
    json_add_number(machine, "processors", crash->Processors);
    json_object_object_add(
        machine, "uptime", json_object_new_double((double)crash->Uptime100ns / 1e7));
    add_text(machine, "dotsys", crash->Version);
    add_text(machine, "command", crash->CommandLine);
    json_object_object_add(object, "machine", machine);
}

static void add_all(json_object *object, const KD_CRASH *crash, const struct crash_names *names)
{
    add_words(object, crash);
    add_driver(object, names);
    add_who(object, crash);
    add_exception(object, names);
    add_stack(object, names);
    add_registers(object, crash);
    add_code(object, names);
    add_irps(object, names);
    add_logs(object, crash);
    add_pools(object, names);
    add_threads(object, crash);
    add_lines(object, crash);
    add_modules(object, crash);
    add_machine(object, crash);
}

json_object *crash_json(const KD_CRASH *crash, const struct crash_names *names)
{
    json_object *object = json_object_new_object(), *parameters = json_object_new_array();
    char *report = crash_text(crash, names, KD_CRASH_COMPLETE), text[24];

    json_add_hex(object, "bugcheck", crash->Code, 8);
    for (size_t i = 0; i < 4; i++) {
        snprintf(text, sizeof(text), "0x%llX", (unsigned long long)crash->Parameter[i]);
        append(parameters, json_object_new_string(text));
    }
    json_object_object_add(object, "parameters", parameters);
    json_add_text(
        object, "report", report != NULL ? report : "", report != NULL ? strlen(report) : 0);
    free(report);
    if (names != NULL)
        add_all(object, crash, names);
    return object;
}
