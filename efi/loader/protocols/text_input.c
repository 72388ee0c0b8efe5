/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Simple Text Input and Simple Text Input Ex: one console that hears every
 * keyboard. Keyboards are looked at when somebody asks for a key, and from a
 * timer only while somebody wants to be told of one.
 * Document: UEFI 2.10, sections 12.2 and 12.3.
 */
#define pr_fmt(fmt) "console: " fmt

#include <fw/console.h>
#include <fw/efi.h>
#include <fw/list.h>
#include <fw/log.h>

#include "console.h"

extern const struct keyboard *const keyboards_start[], *const keyboards_end[];

#define KEYBOARDS_MAX	4
#define QUEUE_SIZE	32		/* a power of two */
#define NOTIFY_PERIOD	300000		/* 30 ms, in units of 100 ns */

/* @notify is NULL after the end of the registration. */
struct key_notify {
	struct list_head list;
	struct efi_key_data key;
	efi_key_notify_t notify;
};

static const struct keyboard *keyboards[KEYBOARDS_MAX];
static size_t keyboard_count;

static struct efi_key_data queue[QUEUE_SIZE];
static unsigned int queue_head, queue_tail;

static LIST_HEAD(notifies);
static efi_event_t notify_timer;
static unsigned int telling;	/* calls of tell() under way */

static bool queue_is_empty(void)
{
	return queue_head == queue_tail;
}

static void queue_put(const struct efi_key_data *key)
{
	/* What comes while nobody reads is lost, as in hardware. */
	if (queue_head - queue_tail < QUEUE_SIZE)
		queue[queue_head++ % QUEUE_SIZE] = *key;
}

static bool state_matches(u32 wanted, u32 is, u32 valid)
{
	return wanted == 0 || !(is & valid) || wanted == is;
}

/* 12.2.5: state that is 0 in the registration is not compared. */
static bool notify_matches(const struct key_notify *n, const struct efi_key_data *key)
{
	return n->key.key.scan_code == key->key.scan_code &&
	       n->key.key.unicode == key->key.unicode &&
	       state_matches(n->key.shift_state, key->shift_state, EFI_SHIFT_STATE_VALID) &&
	       state_matches(n->key.toggle_state, key->toggle_state, EFI_TOGGLE_STATE_VALID);
}

static void free_ended(void)
{
	struct key_notify *n, *next;

	list_for_each_entry_safe(n, next, &notifies, list) {
		if (n->notify != NULL)
			continue;
		list_del(&n->list);
		efi_free_pool(n);
	}
	if (list_empty(&notifies))
		efi_set_timer(notify_timer, EFI_TIMER_CANCEL, 0);
}

/* A function may end registrations, its own or others, and ask for keys, too. */
static void tell(struct efi_key_data *key)
{
	struct key_notify *n;

	if (list_empty(&notifies))
		return;
	telling++;
	list_for_each_entry(n, &notifies, list) {
		if (n->notify != NULL && notify_matches(n, key))
			n->notify(key);
	}
	if (--telling == 0)
		free_ended();
}

static void poll_keyboards(void)
{
	struct efi_key_data key;
	size_t i;
	unsigned int count;

	for (i = 0; i < keyboard_count; i++) {
		for (count = 0; count < QUEUE_SIZE && keyboards[i]->read(&key); count++) {
			queue_put(&key);
			tell(&key);
		}
	}
}

static void EFIAPI notify_tick(efi_event_t event __unused, void *context __unused)
{
	poll_keyboards();
}

static void EFIAPI wait_notify(efi_event_t event, void *context __unused)
{
	if (queue_is_empty())
		poll_keyboards();
	if (!queue_is_empty())
		efi_signal_event(event);
}

static void reset_keyboards(void)
{
	size_t i;

	for (i = 0; i < keyboard_count; i++) {
		if (keyboards[i]->reset != NULL)
			keyboards[i]->reset();
	}
	queue_tail = queue_head;
}

/* Keyboards are also looked at by the timer, at TPL_NOTIFY. */
static bool next_key(struct efi_key_data *key)
{
	efi_tpl_t tpl = efi_raise_tpl(TPL_NOTIFY);
	bool found;

	if (queue_is_empty())
		poll_keyboards();
	found = !queue_is_empty();
	if (found)
		*key = queue[queue_tail++ % QUEUE_SIZE];
	efi_restore_tpl(tpl);
	return found;
}

static efi_status_t EFIAPI reset(struct efi_simple_text_input *this __unused,
				 efi_bool_t extended __unused)
{
	efi_tpl_t tpl = efi_raise_tpl(TPL_NOTIFY);

	reset_keyboards();
	efi_restore_tpl(tpl);
	return EFI_SUCCESS;
}

/* Ctrl with a letter is a control character here; the other protocol has both. */
static void apply_control(struct efi_key_data *key)
{
	efi_char16_t c = key->key.unicode;

	if (!(key->shift_state & (EFI_LEFT_CONTROL_PRESSED | EFI_RIGHT_CONTROL_PRESSED)))
		return;
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
		key->key.unicode = c & 0x1f;
}

static efi_status_t EFIAPI read_key_stroke(struct efi_simple_text_input *this __unused,
					   struct efi_input_key *key)
{
	struct efi_key_data data;

	if (key == NULL)
		return EFI_INVALID_PARAMETER;
	if (!next_key(&data))
		return EFI_NOT_READY;
	apply_control(&data);
	*key = data.key;
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI reset_ex(struct efi_simple_text_input_ex *this __unused,
				    efi_bool_t extended)
{
	return reset(NULL, extended);
}

static efi_status_t EFIAPI read_key_stroke_ex(struct efi_simple_text_input_ex *this __unused,
					      struct efi_key_data *key)
{
	if (key == NULL)
		return EFI_INVALID_PARAMETER;
	*key = (struct efi_key_data) { .toggle_state = 0 };
	return next_key(key) ? EFI_SUCCESS : EFI_NOT_READY;
}

/* No keyboard here has lights to set; that partial keys are not reported is said so. */
static efi_status_t EFIAPI set_state(struct efi_simple_text_input_ex *this __unused, u8 *toggle)
{
	if (toggle == NULL)
		return EFI_INVALID_PARAMETER;
	return *toggle & EFI_TOGGLE_STATE_VALID && !(*toggle & EFI_KEY_STATE_EXPOSED) ?
	       EFI_SUCCESS : EFI_UNSUPPORTED;
}

static efi_status_t EFIAPI register_key_notify(struct efi_simple_text_input_ex *this __unused,
					       struct efi_key_data *key,
					       efi_key_notify_t notify, void **handle)
{
	struct key_notify *n;
	efi_tpl_t tpl;

	if (key == NULL || notify == NULL || handle == NULL)
		return EFI_INVALID_PARAMETER;
	n = efi_zalloc(sizeof(*n));
	if (n == NULL)
		return EFI_OUT_OF_RESOURCES;
	n->key = *key;
	n->notify = notify;
	tpl = efi_raise_tpl(TPL_NOTIFY);
	if (list_empty(&notifies))
		efi_set_timer(notify_timer, EFI_TIMER_PERIODIC, NOTIFY_PERIOD);
	list_add_tail(&n->list, &notifies);
	efi_restore_tpl(tpl);
	*handle = n;
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI unregister_key_notify(struct efi_simple_text_input_ex *this __unused,
						 void *handle)
{
	EFI_TPL_GUARD(TPL_NOTIFY);
	struct key_notify *n;

	list_for_each_entry(n, &notifies, list) {
		if (n != handle || n->notify == NULL)
			continue;
		n->notify = NULL;
		if (telling == 0)
			free_ended();
		return EFI_SUCCESS;
	}
	return EFI_INVALID_PARAMETER;
}

static struct console_input input = {
	.simple = {
		.reset = reset,
		.read_key_stroke = read_key_stroke,
	},
	.ex = {
		.reset = reset_ex,
		.read_key_stroke = read_key_stroke_ex,
		.set_state = set_state,
		.register_key_notify = register_key_notify,
		.unregister_key_notify = unregister_key_notify,
	},
};

struct console_input *console_find_keyboards(void)
{
	const struct keyboard *const *k;

	for (k = keyboards_start; k < keyboards_end && keyboard_count < KEYBOARDS_MAX; k++) {
		if ((*k)->probe())
			keyboards[keyboard_count++] = *k;
	}
	if (efi_create_event(EVT_NOTIFY_WAIT, TPL_NOTIFY, wait_notify, NULL,
			     &input.simple.wait_for_key) != EFI_SUCCESS ||
	    efi_create_event(EVT_NOTIFY_WAIT, TPL_NOTIFY, wait_notify, NULL,
			     &input.ex.wait_for_key) != EFI_SUCCESS ||
	    efi_create_event(EVT_TIMER | EVT_NOTIFY_SIGNAL, TPL_NOTIFY, notify_tick, NULL,
			     &notify_timer) != EFI_SUCCESS)
		return NULL;
	return &input;
}
