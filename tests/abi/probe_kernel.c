/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Every structure of include/nt that the DDK headers declare. Built by mingw-w64 with ABI_WDK and
 * its own headers, and by the host compiler with ours; the two objects must hold the same records.
 */
#ifdef ABI_WDK
#include <ntifs.h>
#include <ntdddisk.h>
#include <ntddvol.h>
#include <wmistr.h>
#include <wmilib.h>
#include <usb.h>
#include <usbdlib.h>
#else
#include "nt/ldr.h"
#include "nt/ntdddisk.h"
#include "nt/ntifs.h"
#include "nt/filelock.h"
#include "nt/usb.h"
#include "nt/wmi.h"
#endif

#include "probe.h"

#include "layouts/cm.def"
#include "layouts/context.def"
#include "layouts/ex.def"
#include "layouts/except.def"
#include "layouts/file.def"
#include "layouts/hal.def"
#include "layouts/io.def"
#include "layouts/irp.def"
#include "layouts/ke.def"
#include "layouts/kpcr.def"
#include "layouts/kuser.def"
#include "layouts/ldr.def"
#include "layouts/mm.def"
#include "layouts/ntdddisk.def"
#include "layouts/ntddstor.def"
#include "layouts/ntddk.def"
#include "layouts/ntdef.def"
#include "layouts/ntifs.def"
#include "layouts/ob.def"
#include "layouts/pnp.def"
#include "layouts/po.def"
#include "layouts/ps.def"
#include "layouts/res.def"
#include "layouts/rtl.def"
#include "layouts/se.def"
#include "layouts/usb.def"
#include "layouts/wmi.def"
#include "layouts/values.def"
