/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Structures that programs and drivers exchange in requests, and that are laid out differently in
 * 32-bit programs.
 *
 * In a driver, what comes from an IRP's buffer fields is followed to where it is taken for a
 * structure; in a program, what is passed to DeviceIoControl is followed back to what it points to.
 * Silent where somebody has thought of it: a function that asks IoIs32bitProcess; a twin of fixed
 * size with the same fields, in a driver that asks at all. Requests of
 * IRP_MJ_INTERNAL_DEVICE_CONTROL come from drivers, which have the driver's own word size.
 */
#include "flow.h"

#include <stdlib.h>
#include <string.h>

enum {
    INTERNAL_DEVICE_CONTROL = 0x0F
};

struct buffers {
    struct pc_source *source;
    struct flow flow;
    struct flow_set received; /* variables and functions that hold a request's buffer */
    struct flow_set sent;     /* variables that are passed as one */
    struct flow_set asking;   /* functions that ask, or call one that does */
    struct flow_set internal; /* dispatch routines of requests between drivers */
    struct flow_set reported; /* records, each once */
};

/* ---- Where buffers come from ----------------------------------------------------------------- */

static bool is_one_of(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0)
            return true;
    }
    return false;
}

static bool is_request_buffer(CXCursor origin)
{
    static const char *const names[] = {
        "SystemBuffer",
        "UserBuffer",
        "Type3InputBuffer",
        "MappedSystemVa", /* what the macro for MDLs reads */
        "MmGetSystemAddressForMdlSafe",
        "MmGetSystemAddressForMdl",
        "MmMapLockedPages",
        "MmMapLockedPagesSpecifyCache",
    };
    enum CXCursorKind kind = clang_getCursorKind(origin);

    if (kind != CXCursor_MemberRefExpr && kind != CXCursor_CallExpr)
        return false;
    char *name = pc_take(clang_getCursorSpelling(origin));
    bool found = is_one_of(name, names, sizeof(names) / sizeof(names[0]));
    free(name);
    return found;
}

static bool origin_is_received(CXCursor origin, void *context)
{
    const struct buffers *buffers = context;
    CXCursor declaration = flow_declaration(origin);

    return is_request_buffer(origin) ||
        (!pc_is_null(declaration) && flow_has(&buffers->received, declaration));
}

static bool is_received(struct buffers *buffers, CXCursor value)
{
    return flow_any_origin(value, origin_is_received, buffers);
}

static void find_received(struct buffers *buffers)
{
    bool again = true;

    while (again) {
        again = false;
        for (size_t i = 0; i < buffers->flow.edge_count; i++) {
            const struct flow_edge *edge = &buffers->flow.edges[i];
            if (!flow_has(&buffers->received, edge->to) &&
                !flow_has(&buffers->internal, edge->function) && is_received(buffers, edge->value))
                again = flow_add(&buffers->received, edge->to) || again;
        }
    }
}

/* ---- Where they go --------------------------------------------------------------------------- */

static bool note_sent(CXCursor origin, void *context)
{
    struct buffers *buffers = context;
    CXCursor declaration = flow_declaration(origin);

    if (!pc_is_null(declaration))
        flow_add(&buffers->sent, declaration);
    return false;
}

static bool origin_is_sent(CXCursor origin, void *context)
{
    const struct buffers *buffers = context;
    CXCursor declaration = flow_declaration(origin);

    return !pc_is_null(declaration) && flow_has(&buffers->sent, declaration);
}

static void find_sent(struct buffers *buffers)
{
    size_t before;

    do {
        before = buffers->sent.count;
        for (size_t i = 0; i < buffers->flow.edge_count; i++) {
            if (flow_has(&buffers->sent, buffers->flow.edges[i].to))
                flow_any_origin(buffers->flow.edges[i].value, note_sent, buffers);
        }
    } while (buffers->sent.count != before);
}

/* ---- Who asks -------------------------------------------------------------------------------- */

static void find_asking(struct buffers *buffers)
{
    bool again = true;

    while (again) {
        again = false;
        for (size_t i = 0; i < buffers->flow.call_count; i++) {
            const struct flow_call *call = &buffers->flow.calls[i];
            char *name = pc_take(clang_getCursorSpelling(call->callee));
            bool asks = strcmp(name, "IoIs32bitProcess") == 0 ||
                strcmp(name, "WdfRequestIsFrom32BitProcess") == 0 ||
                flow_has(&buffers->asking, call->callee);
            free(name);
            if (asks)
                again = flow_add(&buffers->asking, call->caller) || again;
        }
    }
}

/* The function asks, or one that calls it does. */
static bool is_asked(const struct buffers *buffers, CXCursor function)
{
    if (flow_has(&buffers->asking, function))
        return true;
    for (size_t i = 0; i < buffers->flow.call_count; i++) {
        if (clang_equalCursors(buffers->flow.calls[i].callee, function) != 0 &&
            flow_has(&buffers->asking, buffers->flow.calls[i].caller))
            return true;
    }
    return false;
}

static void find_internal(struct buffers *buffers)
{
    const struct flow *flow = &buffers->flow;

    for (size_t i = 0; i < flow->dispatch_count; i++) {
        bool only = true;
        for (size_t j = 0; j < flow->dispatch_count; j++)
            only = only &&
                (clang_equalCursors(flow->dispatches[i].function, flow->dispatches[j].function) ==
                        0 ||
                    flow->dispatches[j].code == INTERNAL_DEVICE_CONTROL);
        if (only)
            flow_add(&buffers->internal, flow->dispatches[i].function);
    }
}

/* ---- Reports --------------------------------------------------------------------------------- */

static const char *const received_help = "give the fields fixed sizes (ULONG64 for a pointer), or "
                                         "read this when IoIs32bitProcess(Irp) says so:";
static const char *const sent_help =
    "give the fields fixed sizes (ULONG64 for a pointer); otherwise the driver must ask "
    "IoIs32bitProcess and take this:";

static char *show_layouts(struct buffers *buffers, CXCursor record, const char *name,
    const struct pc_layout *wide, const struct pc_layout *narrow)
{
    struct pc_text text = {0};

    pc_add_twin(&text, buffers->source, record, name != NULL ? name : "NAME");
    pc_add(&text, "\nlayouts:\n");
    pc_add_table(&text, wide, narrow);
    return text.bytes;
}

static void report_record(
    struct buffers *buffers, CXCursor record, CXType type, CXCursor at, bool received)
{
    CXCursor narrow_record = pc_narrow_record(buffers->source, record);
    struct pc_layout wide, narrow;

    if (pc_is_null(narrow_record))
        return;
    pc_layout_of(clang_getCursorType(record), &wide);
    pc_layout_of(clang_getCursorType(narrow_record), &narrow);
    /* In a driver a twin is for nothing unless somebody asks when to take it. */
    bool thought_of = (!received || buffers->asking.count > 0) &&
        pc_has_twin(buffers->source, record, &narrow);
    if (!pc_same_layout(&wide, &narrow) && !thought_of && flow_add(&buffers->reported, record)) {
        char *name = pc_record_name(type);
        pc_report(buffers->source->findings, "PC5101", pc_place_of(clang_getCursorExtent(at)),
            pc_format("%s", received ? received_help : sent_help),
            show_layouts(buffers, record, name, &wide, &narrow),
            wide.size != narrow.size
                ? "'%s' in a request's buffer has %lld bytes here and %lld in 32-bit programs"
                : "'%s' in a request's buffer has %lld bytes, but other offsets in 32-bit programs",
            name != NULL ? name : "a nameless structure", wide.size, narrow.size);
        free(name);
    }
    pc_free_layout(&wide);
    pc_free_layout(&narrow);
}

static void report_number(struct buffers *buffers, CXType type, CXCursor at)
{
    char *name = pc_type_name(clang_getUnqualifiedType(type));

    pc_report(buffers->source->findings, "PC5101", pc_place_of(clang_getCursorExtent(at)),
        pc_format("exchange a ULONG64, or ask IoIs32bitProcess(Irp) in the driver and take a ULONG "
                  "from 32-bit callers"),
        NULL, "'%s' in a request's buffer has 8 bytes here and 4 in 32-bit programs", name);
    free(name);
}

/* What NtSetInformationFile takes is translated for 32-bit programs before a driver sees it. */
static bool is_translated(CXCursor record)
{
    char *name = pc_take(clang_getCursorSpelling(record));
    bool translated = strstr(name, "FILE_") != NULL && strstr(name, "_INFORMATION") != NULL;

    free(name);
    return translated;
}

/* at is code that takes a request's buffer for one of these. */
static void check_pointee(struct buffers *buffers, CXType pointee, CXCursor at, bool received)
{
    for (CXType element = pointee; element.kind != CXType_Invalid;
         element = clang_getArrayElementType(element))
        pointee = element;
    CXType canonical = clang_getCanonicalType(pointee);
    CXCursor record = clang_getTypeDeclaration(canonical);
    if (canonical.kind == CXType_Record) {
        record = clang_getCursorDefinition(record);
        bool system = pc_is_null(record) ||
            clang_Location_isInSystemHeader(clang_getCursorLocation(record)) != 0;
        if (!pc_is_null(record) && (received ? !is_translated(record) : !system))
            report_record(buffers, record, pointee, at, received);
    } else if (pc_size(pointee) == 8 && pc_is_pointer_sized(buffers->source, pointee)) {
        report_number(buffers, pointee, at);
    }
}

/* No cast of a macro of the system's. One that is implicit may begin with such a macro, and is the
 * author's all the same. */
static bool is_written(const struct flow_use *use)
{
    return clang_getCursorKind(use->at) != CXCursor_CStyleCastExpr || !pc_is_system(use->at);
}

static void check_received(struct buffers *buffers)
{
    for (size_t i = 0; i < buffers->flow.use_count; i++) {
        const struct flow_use *use = &buffers->flow.uses[i];
        if (!flow_has(&buffers->internal, use->function) && is_received(buffers, use->value) &&
            !is_asked(buffers, use->function) && is_written(use))
            check_pointee(buffers, use->pointee, use->at, true);
    }
}

/* The buffers of a call that sends a request; false: it sends none. */
static bool sends(const struct flow_call *call, unsigned arguments[2])
{
    static const struct {
        const char *name;
        unsigned arguments[2];
    } calls[] = {
        {"DeviceIoControl", {2, 4}},
        {"NtDeviceIoControlFile", {6, 8}},
        {"ZwDeviceIoControlFile", {6, 8}},
        {"NtFsControlFile", {6, 8}},
        {"ZwFsControlFile", {6, 8}},
    };
    char *name = pc_take(clang_getCursorSpelling(call->callee));
    bool found = false;

    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]) && !found; i++) {
        found = strcmp(calls[i].name, name) == 0 &&
                clang_Cursor_getNumArguments(call->call) > (int)calls[i].arguments[1];
        if (found)
            memcpy(arguments, calls[i].arguments, sizeof(calls[i].arguments));
    }
    free(name);
    return found;
}

static void check_value(struct buffers *buffers, CXCursor value)
{
    CXCursor inner = pc_peel_casts(value);
    CXType type = clang_getCursorType(inner);
    CXType element = clang_getArrayElementType(clang_getCanonicalType(type));

    if (pc_is_pointer(type))
        check_pointee(buffers, pc_pointee(type), value, false);
    else if (element.kind != CXType_Invalid)
        check_pointee(buffers, clang_getArrayElementType(type), value, false);
}

static void check_sent(struct buffers *buffers)
{
    const struct flow *flow = &buffers->flow;
    unsigned arguments[2];

    for (size_t i = 0; i < flow->call_count; i++) {
        if (!sends(&flow->calls[i], arguments))
            continue;
        for (size_t j = 0; j < 2; j++) {
            CXCursor value = clang_Cursor_getArgument(flow->calls[i].call, arguments[j]);
            check_value(buffers, value);
            flow_any_origin(value, note_sent, buffers);
        }
    }
    find_sent(buffers);
    for (size_t i = 0; i < flow->edge_count; i++) {
        if (flow_has(&buffers->sent, flow->edges[i].to) &&
            pc_is_pointer(clang_getCursorType(flow->edges[i].to)))
            check_value(buffers, flow->edges[i].value);
    }
    for (size_t i = 0; i < flow->use_count; i++) {
        if (flow_any_origin(flow->uses[i].value, origin_is_sent, buffers) &&
            is_written(&flow->uses[i]))
            check_pointee(buffers, flow->uses[i].pointee, flow->uses[i].at, false);
    }
}

void pc_check_buffers(struct pc_source *source)
{
    struct buffers buffers = {.source = source};

    flow_collect(source, &buffers.flow);
    find_internal(&buffers);
    find_asking(&buffers);
    find_received(&buffers);
    check_received(&buffers);
    check_sent(&buffers);
    flow_free(&buffers.flow);
    free(buffers.received.items);
    free(buffers.sent.items);
    free(buffers.asking.items);
    free(buffers.internal.items);
    free(buffers.reported.items);
}
