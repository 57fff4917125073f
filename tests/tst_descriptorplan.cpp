#include "core/plane/dataplane.h"

#include <QTest>

using namespace qcc;

class TestDescriptorPlan : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void leavesRoomForWhatARequestNeeds_data()
    {
        QTest::addColumn<int>("limit");
        for (const int limit : {128, 256, 512, 1024, 4096, 20'000, 65'536})
            QTest::addRow("%d", limit) << limit;
    }

    void leavesRoomForWhatARequestNeeds()
    {
        QFETCH(int, limit);
        const int used = 30;
        const DescriptorPlan plan = planDescriptors(limit, used);
        QVERIFY(plan.clients >= 8 && plan.upstream >= 8 && plan.workers >= 1);
        QVERIFY(used + plan.workers * 4 + plan.clients * 2 + std::min(plan.upstream, plan.clients) <= limit);
        QVERIFY(plan.clients <= 16'384 && plan.workers <= 8);
    }

    void servesSomebodyWhateverIsLeft()
    {
        const DescriptorPlan plan = planDescriptors(40, 39);
        QCOMPARE(plan, (DescriptorPlan{1, 4, 4}));
    }
};

QTEST_GUILESS_MAIN(TestDescriptorPlan)
#include "tst_descriptorplan.moc"
