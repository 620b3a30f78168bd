/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Which values reach which variables, in one source and without regard to order: assignments,
 * initialisers, arguments of functions defined here, and what functions return. Fields of
 * structures are not followed.
 */
#pragma once

#include "portcheck.h"

/* A value goes into a variable, a parameter, or out of a function. */
struct flow_edge {
    CXCursor to;
    CXCursor value;
    CXCursor function; /* where; null at file scope */
};

/* A pointer is taken for one to something else. */
struct flow_use {
    CXCursor value; /* the pointer */
    CXCursor at;    /* what to show */
    CXType pointee;
    CXCursor function;
};

struct flow_call {
    CXCursor caller, callee;
    CXCursor call;
};

/* DriverObject->MajorFunction[code] = function; code -1: not known, or several. */
struct flow_dispatch {
    CXCursor function;
    long long code;
};

struct flow {
    struct flow_edge *edges;
    size_t edge_count;
    struct flow_use *uses;
    size_t use_count;
    struct flow_call *calls;
    size_t call_count;
    struct flow_dispatch *dispatches;
    size_t dispatch_count;
};

/* Cursors, each once. */
struct flow_set {
    CXCursor *items;
    size_t count;
};

void flow_collect(struct pc_source *source, struct flow *flow);
void flow_free(struct flow *flow);
bool flow_add(struct flow_set *set, CXCursor cursor); /* true: it is new */
bool flow_has(const struct flow_set *set, CXCursor cursor);

/* Calls visit with each expression a pointer comes from, below casts, offsets and conditions; true
 * as soon as visit is. */
bool flow_any_origin(CXCursor value, bool (*visit)(CXCursor origin, void *context), void *context);
/* The variable, parameter or function an origin names; a null cursor if it names none. */
CXCursor flow_declaration(CXCursor origin);
