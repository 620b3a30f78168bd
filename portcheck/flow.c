/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Collects the flows of a source in one walk over the functions and variables it defines itself. */
#include "flow.h"

#include <stdlib.h>
#include <string.h>

struct walk {
    struct flow *flow;
    CXCursor function;
};

bool flow_has(const struct flow_set *set, CXCursor cursor)
{
    for (size_t i = 0; i < set->count; i++) {
        if (clang_equalCursors(set->items[i], cursor) != 0)
            return true;
    }
    return false;
}

bool flow_add(struct flow_set *set, CXCursor cursor)
{
    if (pc_is_null(cursor) || flow_has(set, cursor))
        return false;
    set->items = pc_grow(set->items, set->count, sizeof(*set->items));
    set->items[set->count++] = cursor;
    return true;
}

/* ---- Origins --------------------------------------------------------------------------------- */

bool flow_any_origin(CXCursor value, bool (*visit)(CXCursor origin, void *context), void *context)
{
    CXCursor inner = pc_peel_casts(value);

    switch ((int)clang_getCursorKind(inner)) {
    case CXCursor_BinaryOperator:
        switch ((int)clang_getCursorBinaryOperatorKind(inner)) {
        case CXBinaryOperator_Comma:
        case CXBinaryOperator_Assign:
            return flow_any_origin(pc_child(inner, 1), visit, context);
        case CXBinaryOperator_Add:
        case CXBinaryOperator_Sub:
            return flow_any_origin(pc_child(inner, 0), visit, context) ||
                   (clang_getCursorBinaryOperatorKind(inner) == CXBinaryOperator_Add &&
                       flow_any_origin(pc_child(inner, 1), visit, context));
        default:
            return false;
        }
    case CXCursor_ConditionalOperator:
        return flow_any_origin(pc_child(inner, 1), visit, context) ||
            flow_any_origin(pc_child(inner, 2), visit, context);
    case CXCursor_UnaryOperator:
        if (clang_getCursorUnaryOperatorKind(inner) != CXUnaryOperator_AddrOf)
            return visit(inner, context);
        inner = pc_peel(pc_child(inner, 0));
        if (clang_getCursorKind(inner) == CXCursor_ArraySubscriptExpr)
            return flow_any_origin(pc_child(inner, 0), visit, context);
        return visit(inner, context);
    default:
        return visit(inner, context);
    }
}

CXCursor flow_declaration(CXCursor origin)
{
    CXCursor declaration = clang_getNullCursor();

    switch ((int)clang_getCursorKind(origin)) {
    case CXCursor_DeclRefExpr:
        return clang_getCursorReferenced(origin);
    case CXCursor_CallExpr:
        declaration = clang_getCursorReferenced(origin);
        if (clang_getCursorKind(declaration) != CXCursor_FunctionDecl)
            return clang_getNullCursor();
        return clang_getCanonicalCursor(declaration);
    default:
        return declaration;
    }
}

/* ---- Collecting ------------------------------------------------------------------------------ */

static void add_edge(struct walk *walk, CXCursor to, CXCursor value)
{
    struct flow *flow = walk->flow;

    if (pc_is_null(to) || pc_is_null(value) || clang_isExpression(clang_getCursorKind(value)) == 0)
        return;
    flow->edges = pc_grow(flow->edges, flow->edge_count, sizeof(*flow->edges));
    flow->edges[flow->edge_count++] = (struct flow_edge){to, value, walk->function};
}

static void add_use(struct walk *walk, CXCursor value, CXCursor at, CXType pointee)
{
    struct flow *flow = walk->flow;

    flow->uses = pc_grow(flow->uses, flow->use_count, sizeof(*flow->uses));
    flow->uses[flow->use_count++] = (struct flow_use){value, at, pointee, walk->function};
}

static void collect_arguments(struct walk *walk, CXCursor call, CXCursor callee)
{
    CXCursor definition = clang_getCursorDefinition(callee);
    int count = pc_is_null(definition) ? 0 : clang_Cursor_getNumArguments(definition);

    for (int i = 0; i < count && i < clang_Cursor_getNumArguments(call); i++)
        add_edge(walk, clang_Cursor_getArgument(definition, (unsigned)i),
            clang_Cursor_getArgument(call, (unsigned)i));
}

/* memcpy(&request, buffer, …) takes the buffer for a request. */
static void collect_copy(struct walk *walk, CXCursor call, const char *name)
{
    if (strcmp(name, "memcpy") != 0 && strcmp(name, "memmove") != 0 &&
        strcmp(name, "RtlCopyMemory") != 0 && strcmp(name, "RtlMoveMemory") != 0)
        return;
    for (unsigned i = 0; i < 2; i++) {
        CXCursor value = clang_Cursor_getArgument(call, i),
                 other = clang_Cursor_getArgument(call, 1 - i);
        CXType type = clang_getCursorType(pc_peel_casts(other));
        if (pc_is_pointer(type))
            add_use(walk, value, value, pc_pointee(type));
    }
}

static void collect_call(struct walk *walk, CXCursor call)
{
    struct flow *flow = walk->flow;
    CXCursor callee = clang_getCursorReferenced(call);

    if (clang_getCursorKind(callee) != CXCursor_FunctionDecl)
        return;
    char *name = pc_callee(call);
    if (name != NULL && clang_Cursor_getNumArguments(call) == 3)
        collect_copy(walk, call, name);
    free(name);
    flow->calls = pc_grow(flow->calls, flow->call_count, sizeof(*flow->calls));
    flow->calls[flow->call_count++] = (struct flow_call){
        walk->function, clang_getCanonicalCursor(callee), call};
    collect_arguments(walk, call, callee);
}

static void collect_dispatch(struct walk *walk, CXCursor element, CXCursor value)
{
    struct flow *flow = walk->flow;
    CXCursor array = pc_peel(pc_child(element, 0)), function = pc_peel_casts(value);
    char *name = pc_take(clang_getCursorSpelling(array));
    long long code;

    if (strcmp(name, "MajorFunction") == 0 &&
        clang_getCursorKind(function) == CXCursor_DeclRefExpr) {
        if (!pc_constant(pc_child(element, 1), &code))
            code = -1;
        flow->dispatches = pc_grow(
            flow->dispatches, flow->dispatch_count, sizeof(*flow->dispatches));
        flow->dispatches[flow->dispatch_count++] = (struct flow_dispatch){
            clang_getCanonicalCursor(clang_getCursorReferenced(function)), code};
    }
    free(name);
}

static void collect_assignment(struct walk *walk, CXCursor cursor)
{
    CXCursor target = pc_peel(pc_child(cursor, 0)), value = pc_child(cursor, 1);

    if (clang_getCursorBinaryOperatorKind(cursor) != CXBinaryOperator_Assign)
        return;
    if (clang_getCursorKind(target) == CXCursor_DeclRefExpr)
        add_edge(walk, clang_getCursorReferenced(target), value);
    else if (clang_getCursorKind(target) == CXCursor_ArraySubscriptExpr)
        collect_dispatch(walk, target, value);
}

/* A conversion to a pointer to something with a size; one from the same type to itself is none. */
static void collect_conversion(struct walk *walk, CXCursor cursor, CXCursor operand)
{
    CXType to = clang_getCursorType(cursor), from = clang_getCursorType(operand);

    if (!pc_is_pointer(to) ||
        clang_equalTypes(clang_getCanonicalType(to), clang_getCanonicalType(from)) != 0)
        return;
    add_use(walk, operand, cursor, pc_pointee(to));
}

static enum CXChildVisitResult collect(CXCursor cursor, CXCursor parent, CXClientData data)
{
    struct walk *walk = data;
    CXCursor operand;

    (void)parent;
    switch ((int)clang_getCursorKind(cursor)) {
    case CXCursor_VarDecl:
        add_edge(walk, cursor, clang_Cursor_getVarDeclInitializer(cursor));
        break;
    case CXCursor_BinaryOperator:
        collect_assignment(walk, cursor);
        break;
    case CXCursor_ReturnStmt:
        add_edge(walk, walk->function, pc_child(cursor, 0));
        break;
    case CXCursor_CallExpr:
        collect_call(walk, cursor);
        break;
    case CXCursor_CStyleCastExpr:
        collect_conversion(walk, cursor, pc_last_child(cursor));
        break;
    case CXCursor_UnexposedExpr:
        if (pc_is_implicit_cast(cursor, &operand))
            collect_conversion(walk, cursor, operand);
        break;
    default:
        break;
    }
    return CXChildVisit_Recurse;
}

static enum CXChildVisitResult collect_top(CXCursor cursor, CXCursor parent, CXClientData data)
{
    struct walk *walk = data;

    (void)parent;
    if (clang_Location_isInSystemHeader(clang_getCursorLocation(cursor)) != 0)
        return CXChildVisit_Continue;
    if (clang_getCursorKind(cursor) == CXCursor_FunctionDecl &&
        clang_isCursorDefinition(cursor) != 0) {
        walk->function = clang_getCanonicalCursor(cursor);
        clang_visitChildren(cursor, collect, walk);
    }
    return CXChildVisit_Continue;
}

void flow_collect(struct pc_source *source, struct flow *flow)
{
    struct walk walk = {flow, clang_getNullCursor()};

    clang_visitChildren(clang_getTranslationUnitCursor(source->wide), collect_top, &walk);
}

void flow_free(struct flow *flow)
{
    free(flow->edges);
    free(flow->uses);
    free(flow->calls);
    free(flow->dispatches);
    *flow = (struct flow){0};
}
