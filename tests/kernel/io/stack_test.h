/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * stack_test.h - a stack of three devices and an IRP sent down it, with what happened on the way,
 * one letter each: 0, 1, 2 for the dispatch routines from the top; a, b for the completion routines
 * the devices 0 and 1 set, z for that of whoever sends the IRP. Device 2 completes the IRP.
 */
#ifndef TESTS_KERNEL_IO_STACK_TEST_H
#define TESTS_KERNEL_IO_STACK_TEST_H

#include "io_test.h"

#define STACK_DEPTH 3

typedef struct STACK_LEVEL {
    BOOLEAN Skip; /* hands its own location on: no completion routine */
    BOOLEAN OnSuccess, OnError, OnCancel;
    NTSTATUS Answer;                /* of the completion routine */
    PDEVICE_OBJECT CompletedDevice; /* seen by it, as are the next four */
    PDEVICE_OBJECT CurrentDevice;   /* of the current stack location */
    NTSTATUS CompletedStatus;
    ULONG_PTR CompletedInformation;
    BOOLEAN PendingReturned;
    NTSTATUS Returned; /* what IoCallDriver returned to it */
} STACK_LEVEL;

typedef struct STACK_TEST {
    PDEVICE_OBJECT Device[STACK_DEPTH];
    STACK_LEVEL Level[STACK_DEPTH]; /* the last is the sender's */
    NTSTATUS Status;                /* device 2 completes with this */
    ULONG_PTR Information;
    BOOLEAN Pend; /* and from another thread */
    CHAR Trail[16];
    ULONG Length;
} STACK_TEST;

#define STACK_SENDER (STACK_DEPTH - 1)

BOOLEAN StackTestBegin(STACK_TEST *Test); /* all routines set for everything */
VOID StackTestEnd(STACK_TEST *Test);

/* An IRP for the top device, the sender's completion routine set; it takes the IRP back. */
PIRP StackTestIrp(STACK_TEST *Test);

/* Sends one and frees it. Returns what IoCallDriver returned. */
NTSTATUS StackTestSend(STACK_TEST *Test);

BOOLEAN StackTestTrailIs(const STACK_TEST *Test, const char *Trail);

#endif
