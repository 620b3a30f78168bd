/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * hello.h - what the hello driver and its client agree on.
 *
 * The driver names its device in the object namespace, where no program can open it, and a symbolic
 * link in the directory of DOS names, where every program can: HELLO_USER_NAME finds that link.
 */
#ifndef HELLO_H
#define HELLO_H

#define HELLO_DEVICE_NAME L"\\Device\\HELLODRV_Ver2"
#define HELLO_LINK_NAME   L"\\??\\HelloDrv"
#define HELLO_USER_NAME   "\\\\.\\HelloDrv"

/* Bytes the driver can keep; a longer write fails: STATUS_INSUFFICIENT_RESOURCES, Win32 1450. */
#define HELLO_CAPACITY 1024

#endif
