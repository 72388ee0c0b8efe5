/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Unit test of the intrusive list (fw/list.h). */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fw/list.h>

struct item {
	int value;
	struct list_head list;
};

/* The values in order, as one decimal number; also checks the back links. */
static int digits(const struct list_head *head)
{
	const struct list_head *back = head;
	struct item *pos;
	int n = 0;

	list_for_each_entry(pos, head, list) {
		assert_ptr_equal(pos->list.prev, back);
		back = &pos->list;
		n = n * 10 + pos->value;
	}
	assert_ptr_equal(head->prev, back);
	return n;
}

static void test_order(void **state)
{
	struct item a = { .value = 1 }, b = { .value = 2 }, c = { .value = 3 };
	LIST_HEAD(head);

	assert_true(list_empty(&head));
	assert_int_equal(digits(&head), 0);
	list_add_tail(&a.list, &head);
	list_add_tail(&b.list, &head);
	list_add(&c.list, &head);
	assert_false(list_empty(&head));
	assert_int_equal(digits(&head), 312);
	/* Behind a given entry. */
	list_del(&c.list);
	list_add(&c.list, &a.list);
	assert_int_equal(digits(&head), 132);
}

static void test_remove(void **state)
{
	struct item it[4] = { { .value = 1 }, { .value = 2 }, { .value = 3 }, { .value = 4 } };
	struct item *pos, *tmp;
	struct list_head head;
	int i;

	list_init(&head);
	for (i = 0; i < 4; i++)
		list_add_tail(&it[i].list, &head);
	list_del(&it[3].list);
	assert_null(it[3].list.next);
	assert_null(it[3].list.prev);
	assert_int_equal(digits(&head), 123);
	list_for_each_entry_safe(pos, tmp, &head, list) {
		if (pos->value != 2)
			list_del(&pos->list);
	}
	assert_int_equal(digits(&head), 2);
	list_del(&it[1].list);
	assert_true(list_empty(&head));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_remove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
